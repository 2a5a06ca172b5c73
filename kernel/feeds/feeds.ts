import type { Condition, ViewField } from '../read-models/read-models';

/** A kind of feed: its name, and what its entries can be filtered by. */
export interface FeedDefinition<Entry = unknown> {
  name: string;
  fields: Readonly<Record<string, ViewField<Entry>>>;
}

/** An entry to be appended. `key` makes it unique in its feed: appended again, it changes nothing. */
export interface NewFeedEntry<Entry = unknown> {
  feed: string;
  /** Whose feed of that kind, as `<lab>` or `<lab>/<user>`. */
  owner: string;
  key: string;
  entry: Entry;
}

export interface FeedEntry<Entry> {
  /** 1, 2, 3, ... without a gap in its feed. */
  number: number;
  entry: Entry;
}

export interface FeedQuery {
  feed: string;
  owner: string;
  where?: readonly Condition[];
  /** Only entries with a higher number. */
  after?: number;
}

export interface FeedReadQuery extends FeedQuery {
  /** Only entries with a lower number. */
  before?: number;
  direction: 'ascending' | 'descending';
  limit: number;
}

/**
 * Numbered, gap-free sequences that someone can follow. What has number n is never changed, and once it can be read, so can
 * everything before it.
 */
export interface Feeds {
  /** Appends in the order given, once per key: where it comes first. Resolves when durable. */
  append(entries: readonly NewFeedEntry[]): Promise<void>;
  /** `head` is the feed's last number at the moment of reading (0 when empty): all up to it was considered. */
  read<Entry>(query: FeedReadQuery): Promise<{ entries: FeedEntry<Entry>[]; head: number }>;
  count(query: FeedQuery): Promise<number>;
  head(feed: string, owner: string): Promise<number>;
  /** Changes when the feed's numbers can no longer be trusted by those who have seen them, as after a backup was restored. */
  epoch(): Promise<string>;
  /** Calls `wake` after an append, whoever appended; may call it without cause. Returns how to end it. */
  watch(feed: string, owner: string, wake: () => void): () => void;
}
