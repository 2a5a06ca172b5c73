import type { Feeds } from '@test-planning/kernel/feeds';
import type { Kafka } from '@test-planning/kernel/kafka';
import type { Log } from '@test-planning/kernel/messaging';
import type { ReadModels } from '@test-planning/kernel/read-models';
import type { Connection } from './connection';
import type { OpenStores } from './open';

/*
 * Ports that an API has from its start, though what is behind them may come later: until then every call fails with an UnavailableError, so
 * that what stands on something else is answered meanwhile.
 */

/** @param waitMs how long an append waits for Kafka to be there, in milliseconds. */
export const logToCome = (kafka: Pick<Connection<Kafka>, 'now' | 'within'>, waitMs: number): Log => ({
  append: async (records) => (await kafka.within(waitMs)).log.append(records),
  subscribe: async (options, handle) => kafka.now().log.subscribe(options, handle),
  lag: async (group) => kafka.now().log.lag(group),
  failing: () => kafka.now().log.failing(),
});

export const viewsToCome = (mongodb: Pick<Connection<OpenStores>, 'now'>): ReadModels => {
  const views = (): ReadModels => mongodb.now().reading.views;
  return {
    write: async (writes) => views().write(writes),
    get: async (view, lab, ids) => views().get(view, lab, ids),
    page: async (query) => views().page(query),
    count: async (query) => views().count(query),
    pageEach: async (queries) => views().pageEach(queries),
    countEach: async (queries) => views().countEach(queries),
    watch: (view, lab, id, wake) => views().watch(view, lab, id, wake),
  };
};

export const feedsToCome = (mongodb: Pick<Connection<OpenStores>, 'now'>): Feeds => {
  const feeds = (): Feeds => mongodb.now().stores.feeds;
  return {
    append: async (entries) => feeds().append(entries),
    read: async (query) => feeds().read(query),
    count: async (query) => feeds().count(query),
    head: async (feed, owner) => feeds().head(feed, owner),
    epoch: async () => feeds().epoch(),
    watch: (feed, owner, wake) => feeds().watch(feed, owner, wake),
  };
};
