import type { FeedDefinition, FeedEntry, FeedQuery, FeedReadQuery, Feeds, NewFeedEntry } from '../feeds/feeds';
import { newId } from '../messaging/ids';
import { WakeUps } from '../read-models/wake-ups';
import type { Connection } from './connection';
import { feedCountQuery, feedReadQuery } from './feed-query';
import { createFeedEpoch, createFeedTables, feedTables, type FeedTables } from './feed-tables';
import type { Writer } from './writer';

interface EntryRow extends Record<string, unknown> {
  number: number;
  entry: string;
}

/** One service's feeds: a table for each kind of feed. */
export class SqliteFeeds implements Feeds {
  readonly #writer: Writer;
  readonly #service: string;
  readonly #feeds: ReadonlyMap<string, FeedTables>;
  readonly #wakeUps = new WakeUps();

  constructor(writer: Writer, service: string, definitions: readonly FeedDefinition<never>[]) {
    this.#writer = writer;
    this.#service = service;
    this.#feeds = new Map(definitions.map((definition) => [definition.name, feedTables(service, definition)]));
  }

  createTables(connection: Connection): void {
    createFeedEpoch(connection, this.#service, newId());
    for (const tables of this.#feeds.values()) createFeedTables(connection, tables);
  }

  append(entries: readonly NewFeedEntry[]): Promise<void> {
    return this.#writer.write((connection, unit) => {
      const heads = new Map<string, number>();
      for (const entry of entries) {
        const place = watchKey(entry.feed, entry.owner);
        const head = heads.get(place) ?? this.#head(connection, entry.feed, entry.owner);
        heads.set(place, insert(connection, this.#tables(entry.feed), entry, head + 1) ? head + 1 : head);
      }
      unit.afterCommit(() => {
        for (const place of heads.keys()) this.#wakeUps.wake(place);
      });
    });
  }

  async read<Entry>(query: FeedReadQuery): Promise<{ entries: FeedEntry<Entry>[]; head: number }> {
    const { reading } = this.#writer;
    const { sql, parameters } = feedReadQuery(this.#tables(query.feed), query);
    const rows = reading.all<EntryRow>(sql, ...parameters);
    const entries = rows.map(({ number, entry }) => ({ number, entry: JSON.parse(entry) as Entry }));
    return { entries, head: this.#head(reading, query.feed, query.owner) };
  }

  async count(query: FeedQuery): Promise<number> {
    const { feed, owner, where = [], after = 0 } = query;
    const { reading } = this.#writer;
    // Numbers have no gaps, so that without conditions nothing needs to be counted.
    if (where.length === 0) return Math.max(0, this.#head(reading, feed, owner) - after);
    const { sql, parameters } = feedCountQuery(this.#tables(feed), query);
    return reading.get<{ count: number }>(sql, ...parameters)?.count ?? 0;
  }

  async head(feed: string, owner: string): Promise<number> {
    return this.#head(this.#writer.reading, feed, owner);
  }

  async epoch(): Promise<string> {
    const row = this.#writer.reading.get<{ epoch: string }>('SELECT epoch FROM feed_epochs WHERE service = ?', this.#service);
    if (!row) throw new Error(`The feeds of ${this.#service} have no epoch`);
    return row.epoch;
  }

  watch(feed: string, owner: string, wake: () => void): () => void {
    return this.#wakeUps.add(watchKey(feed, owner), wake);
  }

  #head(connection: Connection, feed: string, owner: string): number {
    return connection.get<{ head: number | null }>(this.#tables(feed).sql.head, owner)?.head ?? 0;
  }

  #tables(feed: string): FeedTables {
    const tables = this.#feeds.get(feed);
    if (!tables) throw new TypeError(`There is no feed ${feed}`);
    return tables;
  }
}

/** Whether it was new. */
const insert = (connection: Connection, { definition, sql, ordered }: FeedTables, { owner, key, entry }: NewFeedEntry, number: number): boolean => {
  const values = [...ordered.keys()].map((name) => {
    const field = definition.fields[name];
    return !field || field.kind === 'keywords' ? null : field.of(entry as never);
  });
  if (connection.run(sql.insert, owner, number, key, JSON.stringify(entry), ...values) === 0) return false;
  const pairs = Object.entries(definition.fields).flatMap(([name, field]) =>
    (field.kind === 'keywords' ? [...new Set(field.of(entry as never))].map((keyword) => [name, keyword]) : []));
  if (pairs.length > 0) connection.run(sql.insertKeywords, owner, number, JSON.stringify(pairs));
  return true;
};

const watchKey = (feed: string, owner: string): string => `${feed}/${owner}`;
