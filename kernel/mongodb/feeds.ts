import type { Collection, Db } from 'mongodb';
import type { FeedDefinition, FeedEntry, FeedQuery, FeedReadQuery, Feeds, NewFeedEntry } from '../feeds/feeds';
import type { ChangeWakeUps } from './change-wake-ups';
import { FeedEpoch } from './epoch';
import { FeedAppending, feedHead } from './feed-append';
import { openFeed, type FeedDocument } from './feed-documents';
import { feedCountFilter, feedReading } from './feed-query';
import { jsonOf } from './stored-json';
import { available } from './unavailable';

interface Feed {
  definition: FeedDefinition<never>;
  collection: Collection<FeedDocument>;
  appending: FeedAppending;
}

export const openFeeds = async (db: Db, definitions: readonly FeedDefinition<never>[], wakeUps: ChangeWakeUps): Promise<MongodbFeeds> => {
  const epoch = new FeedEpoch(db);
  if (definitions.length > 0) await epoch.open();
  const feeds = await Promise.all(definitions.map(async (definition): Promise<[string, Feed]> => {
    const collection = await openFeed(db, definition);
    return [definition.name, { definition, collection, appending: new FeedAppending(definition, collection) }];
  }));
  return new MongodbFeeds(new Map(feeds), epoch, wakeUps);
};

/** One service's feeds: a collection for each kind of feed. */
class MongodbFeeds implements Feeds {
  readonly #feeds: ReadonlyMap<string, Feed>;
  readonly #epoch: FeedEpoch;
  readonly #wakeUps: ChangeWakeUps;

  constructor(feeds: ReadonlyMap<string, Feed>, epoch: FeedEpoch, wakeUps: ChangeWakeUps) {
    this.#feeds = feeds;
    this.#epoch = epoch;
    this.#wakeUps = wakeUps;
  }

  async append(entries: readonly NewFeedEntry[]): Promise<void> {
    const byFeed = [...Map.groupBy(entries, ({ feed }) => feed)].map(([feed, ofFeed]) => ({ appending: this.#feed(feed).appending, ofFeed }));
    await Promise.all(byFeed.map(({ appending, ofFeed }) => appending.append(ofFeed)));
  }

  async read<Entry>(query: FeedReadQuery): Promise<{ entries: FeedEntry<Entry>[]; head: number }> {
    const { direction, where = [], before, limit } = query;
    if (direction === 'ascending' && where.length === 0 && before === undefined) {
      // Whoever follows a feed mostly finds its end, and then that is the head.
      const entries = await this.#entries<Entry>(query);
      const last = entries.at(-1);
      if (last && entries.length < limit) return { entries, head: last.number };
    }
    // The head first: what is appended after it was read is in no answer, else it could be passed over by who goes on from the head.
    const head = await this.head(query.feed, query.owner);
    return { entries: await this.#entries<Entry>({ ...query, before: Math.min(before ?? Infinity, head + 1) }), head };
  }

  async count(query: FeedQuery): Promise<number> {
    const { feed, owner, where = [], after = 0 } = query;
    // Numbers have no gaps, so that without conditions nothing needs to be counted.
    if (where.length === 0) return Math.max(0, await this.head(feed, owner) - after);
    const { definition, collection } = this.#feed(feed);
    const filter = feedCountFilter(definition, query);
    return available(() => collection.countDocuments(filter));
  }

  async head(feed: string, owner: string): Promise<number> {
    const { collection } = this.#feed(feed);
    return available(() => feedHead(collection, owner));
  }

  epoch(): Promise<string> {
    return this.#epoch.read();
  }

  watch(feed: string, owner: string, wake: () => void): () => void {
    return this.#wakeUps.watch(this.#feed(feed).collection.collectionName, owner, wake);
  }

  async #entries<Entry>(query: FeedReadQuery): Promise<FeedEntry<Entry>[]> {
    const { definition, collection } = this.#feed(query.feed);
    const { filter, sort } = feedReading(definition, query);
    const { limit } = query;
    const documents = await available(() => collection.find(filter, { sort, limit, batchSize: limit + 1, projection: { entry: 1 } }).toArray());
    return documents.map(({ _id, entry }) => ({ number: _id.number, entry: jsonOf(entry) as Entry }));
  }

  #feed(name: string): Feed {
    const feed = this.#feeds.get(name);
    if (!feed) throw new TypeError(`There is no feed ${name}`);
    return feed;
  }
}
