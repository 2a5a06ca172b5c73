import type { FeedDefinition } from '../../feeds/feeds';
import { startWorker } from '../../event-sourcing/handling-loop/worker';
import { silentLogger } from '../../telemetry/logger';
import { counterTopics, counterView, counterWorker } from '../../testing/counter';
import { openDatabase, type Database, type ServiceStores } from '../database';

/** What came of a message, as a follower of the feed sees it. */
export interface Heard {
  /** Type and id of the message that told it. */
  message: string;
}

const heardFeed: FeedDefinition<Heard> = { name: 'heard', fields: {} };

interface CountingSystem {
  database: Database;
  counters: ServiceStores;
  listener: ServiceStores;
  stop(): Promise<void>;
}

/** Counters with their worker, and a listener that writes what it hears of them into a feed, all on one database. */
export const startCountingSystem = async (dataDir: string): Promise<CountingSystem> => {
  const database = openDatabase(dataDir, { logger: silentLogger });
  const counters = await database.service('counters', { views: [counterView] });
  const listener = await database.service('listener', { feeds: [heardFeed] });
  const worker = await startWorker(counterWorker, {
    ...counters, log: database.log, transactor: database.transactor, clock: () => new Date(), logger: silentLogger,
  });
  const listening = await database.log.subscribe({ group: 'listener', topics: [counterTopics.events] }, (batch) => database.transactor.transact(async () => {
    await listener.feeds.append(batch.records.map(({ headers: { ce_id = '', ce_type = '' } }) => (
      { feed: 'heard', owner: 'lab', key: ce_id, entry: { message: `${ce_type} ${ce_id}` } satisfies Heard }
    )));
    const last = batch.records.at(-1);
    if (last) await batch.acknowledge(last);
  }));
  return {
    database,
    counters,
    listener,
    stop: async () => {
      await Promise.all([worker.stop(), listening.stop()]);
      await database.close();
    },
  };
};
