import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { experimentsStores, startExperimentsWorker } from '@test-planning/experiments';
import type { WorkerPorts } from '@test-planning/kernel/event-sourcing';
import { newId } from '@test-planning/kernel/messaging';
import { MemoryLog } from '@test-planning/kernel/memory';
import { openMongodb } from '@test-planning/kernel/mongodb';
import { openDatabase } from '@test-planning/kernel/sqlite';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { MongoClient } from 'mongodb';
import { line } from '../line';
import { historyOf } from './commits';

const EVENTS = 100_000;
const HISTORY = 10;
const HISTORIES_AT_ONCE = 200;

type Stores = Pick<WorkerPorts, 'events' | 'views' | 'parking' | 'transactor'>;

/** Fills the store, then starts a worker: it doesn't take a command before the views are there. */
const measure = async (what: string, stores: Stores): Promise<void> => {
  for (let left = EVENTS / HISTORY; left > 0; left -= HISTORIES_AT_ONCE) {
    await stores.events.append(Array.from({ length: HISTORIES_AT_ONCE }, () => historyOf(HISTORY)).flat());
  }
  const [begun, before] = [performance.now(), process.cpuUsage()];
  const worker = await startExperimentsWorker({}, { ...stores, log: new MemoryLog(), clock: () => new Date(), logger: silentLogger });
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before);
  await worker.stop();
  const count = await stores.views.count({ view: 'experiments', lab: 'bench' });
  if (count !== EVENTS / HISTORY) throw new Error(`${count} experiments were rebuilt of ${EVENTS / HISTORY}`);
  line(`Rebuilding a view of ${EVENTS} events of ${EVENTS / HISTORY} experiments, ${what}`, `${(EVENTS / seconds).toFixed(0)} events/s (${((user + system) / EVENTS).toFixed(1)} us of CPU each)`);
};

const onSqlite = async (): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'test-planning-bench-'));
  const database = openDatabase(directory, { logger: silentLogger });
  await measure('SQLite', { ...(await database.service('experiments', experimentsStores)), transactor: database.transactor });
  await database.close();
  rmSync(directory, { recursive: true });
};

const onMongodb = async (url: string): Promise<void> => {
  const databasePrefix = `bench-${newId().slice(-8)}`;
  const mongodb = await openMongodb({ url, databasePrefix, logger: silentLogger });
  await measure('MongoDB', { ...(await mongodb.service('experiments', experimentsStores)), transactor: mongodb.transactor });
  await mongodb.close();
  const client = await MongoClient.connect(url);
  await client.db(`${databasePrefix}-experiments`).dropDatabase();
  await client.close();
};

/** How fast a view comes back: on SQLite, and on MongoDB where MONGODB_URL is set. */
export const benchRebuild = async (): Promise<void> => {
  await onSqlite();
  const { MONGODB_URL: url } = process.env;
  if (url) await onMongodb(url);
};
