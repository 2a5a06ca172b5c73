import { MongoClient } from 'mongodb';
import type { EventStore } from '../event-sourcing/event-store';
import { SequentialTransactor } from '../event-sourcing/sequential-transactor';
import type { Transactor } from '../event-sourcing/transaction';
import type { FeedDefinition, Feeds } from '../feeds/feeds';
import type { Dependency } from '../health/dependency';
import type { ParkingLot } from '../messaging/parking';
import type { QueryableReadModels, ViewDefinition } from '../read-models/read-models';
import type { RebuildableReadModels } from '../read-models/view-versions';
import type { Logger } from '../telemetry/logger';
import { ChangeWakeUps, DEFAULT_WAKE_UP_TIMING, type WakeUpTiming } from './change-wake-ups';
import { ClaimedIds } from './claimed-ids';
import { openCommits } from './commit-documents';
import { MongodbEventStore } from './event-store';
import { openFeeds } from './feeds';
import { MongodbHealth } from './health';
import { DEFAULT_LEASE_TIMING, Lease, type LeaseTiming } from './lease';
import { openParkingLot } from './parking-lot';
import { MongodbReadModels } from './read-models';
import { ServedViews } from './served-views';
import { awaitServer, MongodbSetupError, retrying } from './server-check';
import { clientOptions, DEFAULT_TIMEOUT_MS } from './settings';
import { MONGODB } from './unavailable';
import { ViewVersions } from './view-versions';

export interface MongodbOptions {
  /** With the hosts, and the credentials if there are any. */
  url: string;
  /** Put before a service's name in its database's: `<prefix>-experiments`. */
  databasePrefix: string;
  logger: Logger;
  /** How long an operation may take, waiting for a server included, in milliseconds. Default 5,000. */
  timeoutMs?: number;
  lease?: LeaseTiming;
  wakeUps?: WakeUpTiming;
}

/** What is kept for one service, in a database of its own. */
export interface ServiceStores {
  events: EventStore;
  /** For workers: whatever is there, complete or not. */
  views: RebuildableReadModels;
  /** For APIs: `views` that reject with an UnavailableError while a worker has not completed them, and what tells readiness so. */
  served: Dependency & { readonly views: QueryableReadModels };
  feeds: Feeds;
  parking: ParkingLot;
}

export interface ServiceDefinitions {
  views?: readonly ViewDefinition<never>[];
  feeds?: readonly FeedDefinition<never>[];
}

/** The stores on MongoDB. Whatever can't be done because of the servers or the way to them rejects with an UnavailableError. */
export interface Mongodb {
  transactor: Transactor;
  /** Opens what is kept for a service, and makes what is missing of it. Any number of processes may. */
  service(name: string, definitions: ServiceDefinitions): Promise<ServiceStores>;
  health: Dependency;
  close(): Promise<void>;
}

/**
 * Connects to a replica set; waits until it has a primary. Every write is on the disks of a majority when it resolves, and what is read is what a majority has.
 * @throws {MongodbSetupError} when the URL can't be read, the credentials are wrong, the server is older than 6.0 or is no replica set.
 */
export const openMongodb = async (options: MongodbOptions): Promise<Mongodb> => {
  const { databasePrefix, logger, lease = DEFAULT_LEASE_TIMING, wakeUps: wakeUpTiming = DEFAULT_WAKE_UP_TIMING } = options;
  const client = clientFor(options);
  const health = new MongodbHealth(client, logger);
  const opened: ChangeWakeUps[] = [];
  try {
    await awaitServer(client, logger);
  } catch (error) {
    await client.close();
    throw error;
  }
  return {
    transactor: new SequentialTransactor(),
    service: async (name, { views: viewDefinitions = [], feeds: feedDefinitions = [] }) => {
      const db = client.db(`${databasePrefix}-${name}`);
      const wakeUps = new ChangeWakeUps(db, wakeUpTiming, logger);
      opened.push(wakeUps);
      const versions = new ViewVersions(db, viewDefinitions, logger);
      // An index on many documents takes longer than an operation may; asked for again, it is waited for.
      const [commits, parking, feeds] = await retrying(logger, `Waiting until the collections of ${name} and their indexes are there`, () =>
        Promise.all([openCommits(db), openParkingLot(db), openFeeds(db, feedDefinitions, wakeUps), versions.open()]));
      const views = new MongodbReadModels(viewDefinitions, { versions, wakeUps, lease: new Lease(db, 'rebuild', lease, logger) });
      return { events: new MongodbEventStore(commits, new ClaimedIds(client, databasePrefix, name)), views, served: new ServedViews(name, views, versions, logger), feeds, parking };
    },
    health,
    close: async () => {
      await Promise.all(opened.map((wakeUps) => wakeUps.close()));
      await client.close();
    },
  };
};

const clientFor = ({ url, timeoutMs = DEFAULT_TIMEOUT_MS }: MongodbOptions): MongoClient => {
  try {
    return new MongoClient(url, clientOptions(timeoutMs));
  } catch (error) {
    throw new MongodbSetupError(`The URL of ${MONGODB} can't be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
};
