import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '../event-sourcing/event-store';
import type { Transactor } from '../event-sourcing/transaction';
import type { FeedDefinition, Feeds } from '../feeds/feeds';
import type { BackOff } from '../messaging/back-off';
import type { Log } from '../messaging/log';
import type { ParkingLot } from '../messaging/parking';
import type { ViewDefinition } from '../read-models/read-models';
import type { RebuildableReadModels } from '../read-models/view-versions';
import { FileProblem, usingFile } from '../lifecycle/file-problem';
import { ensurePrivateDirectory, ensurePrivateFile, keepPrivateFile } from '../lifecycle/private-files';
import type { Logger } from '../telemetry/logger';
import { Connection } from './connection';
import { lockDataDirectory, lockFile } from './data-directory-lock';
import { createEventStoreTables, SqliteEventStore } from './event-store';
import { SqliteFeeds } from './feeds';
import { Generation, generationFile, hadTransactions } from './generation';
import { createLogTables, SqliteLog } from './log';
import { keepRetention, type LogRetention } from './log-retention';
import { createParkingLotTables, SqliteParkingLot } from './parking-lot';
import { SqliteReadModels } from './read-models';
import { ensureSetting } from './settings';
import { asFileProblem } from './sqlite-problem';
import { createViewVersionsTable } from './view-tables';
import { Writer } from './writer';

/**
 * Partitions are what processes share a group's work by; here there is one process. Each more means smaller batches and one more place
 * to write to; each less, more keys that wait when one is paused.
 */
const PARTITIONS = 4;

export interface DatabaseOptions {
  logger: Logger;
  clock?: () => Date;
  log?: {
    /** 4 by default. Fixed once the database is made, as the partition of a key must not change. */
    partitions?: number;
    backOff?: BackOff;
    /** Without it every record is kept. */
    retention?: LogRetention;
  };
}

/** What is kept for one service, in tables of its own. */
export interface ServiceStores {
  events: EventStore;
  views: RebuildableReadModels;
  feeds: Feeds;
  parking: ParkingLot;
}

export interface ServiceDefinitions {
  views?: readonly ViewDefinition<never>[];
  feeds?: readonly FeedDefinition<never>[];
}

/** All ports on one SQLite file, that of this process alone. */
export interface Database {
  log: Log;
  transactor: Transactor;
  service(name: string, definitions: ServiceDefinitions): Promise<ServiceStores>;
  /** The last write that failed because of the disk, until one succeeds; while there is one, each call tries a write. Undefined when writes succeed. */
  problem(): Promise<string | undefined>;
  /** What is wrong with the database's file in a sentence, for an error that says so; any other error as it is. */
  explained(error: unknown): unknown;
  /** Ends all subscriptions, stores what waits, and releases the data directory. */
  close(): Promise<void>;
}

/**
 * Opens the database in a directory, which is made if it isn't there. Every write is durable when it resolves (WAL, synchronous=FULL).
 * Its owner alone can use the directory and its files. @throws {DataDirectoryInUseError} when another process has it; {FileProblem} naming the file that can't be used.
 */
export const openDatabase = (dataDir: string, options: DatabaseOptions): Database => {
  const warn = (message: string): void => options.logger.warn({ dataDir }, message);
  ensurePrivateDirectory(dataDir, warn);
  const path = join(dataDir, 'data.sqlite');
  ensurePrivateFile(generationFile(dataDir), warn);
  refuseEmptied(path, dataDir);
  // SQLite gives the files beside a database the database's mode.
  for (const file of [lockFile(dataDir), path]) ensurePrivateFile(file, warn);
  for (const beside of ['-wal', '-shm']) keepPrivateFile(path + beside, warn);
  const unlock = lockDataDirectory(dataDir);
  try {
    return openLocked(dataDir, options, unlock);
  } catch (error) {
    unlock();
    throw asFileProblem(error, path);
  }
};

const openLocked = (dataDir: string, { logger, clock = () => new Date(), log: logOptions = {} }: DatabaseOptions, unlock: () => void): Database => {
  const { partitions = PARTITIONS, backOff, retention } = logOptions;
  const path = join(dataDir, 'data.sqlite');
  const connection = openForWriting(path, partitions);
  const { generation, isRestored } = usingFile(generationFile(dataDir), () => Generation.begin(dataDir, connection));
  if (isRestored) logger.warn({ dataDir }, 'The database was restored: cursors that were given out before are refused from now on');
  const reader = new Connection(path, { readOnly: true });
  reader.exec('PRAGMA cache_size = -65536; PRAGMA mmap_size = 268435456; PRAGMA temp_store = MEMORY');
  const writer = new Writer(connection, reader, generation);
  const log = new SqliteLog(writer, { partitions, clock, logger, ...(backOff && { backOff }) });
  const endRetention = retention && keepRetention(retention, { writer, clock, logger });

  return {
    log,
    transactor: writer,
    service: async (name, { views: viewDefinitions = [], feeds: feedDefinitions = [] }) => {
      const views = new SqliteReadModels(writer, name, viewDefinitions);
      const feeds = new SqliteFeeds(writer, name, feedDefinitions);
      await writer.write((own) => {
        createEventStoreTables(own, name);
        createParkingLotTables(own, name);
        views.createTables(own);
        feeds.createTables(own);
      });
      return { events: new SqliteEventStore(writer, name), views, feeds, parking: new SqliteParkingLot(writer, name) };
    },
    problem: () => writer.problem(),
    explained: (error) => asFileProblem(error, path),
    close: async () => {
      await log.stop();
      await endRetention?.();
      await writer.close();
      reader.close();
      connection.close();
      generation.close();
      unlock();
    },
  };
};

/** SQLite takes an empty file for a new database. @throws {FileProblem} */
const refuseEmptied = (path: string, dataDir: string): void => {
  if (statSync(path, { throwIfNoEntry: false })?.size !== 0 || !hadTransactions(dataDir)) return;
  throw new FileProblem(`${path} is empty, and held data before: restore it from a backup, or delete it to begin without data.`);
};

const openForWriting = (path: string, partitions: number): Connection => {
  const connection = new Connection(path, { readOnly: false });
  try {
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY');
    // Four times the default, in pages: the hottest pages are then written back once for many commits.
    connection.exec('PRAGMA wal_autocheckpoint = 4000');
    createLogTables(connection);
    createViewVersionsTable(connection);
    ensureSetting(connection, 'log partitions', String(partitions));
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
};
