import { meetsAll } from '../read-models/conditions';
import { WakeUps } from '../read-models/wake-ups';
import type { FeedDefinition, FeedEntry, FeedQuery, FeedReadQuery, Feeds, NewFeedEntry } from '../feeds/feeds';
import { newId } from '../messaging/ids';
import { promised } from './promised';

/** Feeds in memory; their epoch is new with each instance, as their numbers are. */
export class MemoryFeeds implements Feeds {
  readonly #definitions: ReadonlyMap<string, FeedDefinition<never>>;
  readonly #entries = new Map<string, string[]>();
  readonly #keys = new Set<string>();
  readonly #wakeUps = new WakeUps();
  readonly #epoch = newId();

  constructor(definitions: readonly FeedDefinition<never>[]) {
    this.#definitions = new Map(definitions.map((definition) => [definition.name, definition]));
  }

  append(entries: readonly NewFeedEntry[]): Promise<void> {
    return promised(() => {
      for (const { feed, owner, key, entry } of entries) {
        this.#definition(feed);
        const unique = JSON.stringify([feed, owner, key]);
        if (this.#keys.has(unique)) continue;
        this.#keys.add(unique);
        const stored = this.#entries.get(feedKey(feed, owner)) ?? [];
        stored.push(JSON.stringify(entry));
        this.#entries.set(feedKey(feed, owner), stored);
        this.#wakeUps.wake(feedKey(feed, owner));
      }
    });
  }

  read<Entry>(query: FeedReadQuery): Promise<{ entries: FeedEntry<Entry>[]; head: number }> {
    return promised(() => {
      const { before = Infinity, direction, limit } = query;
      const matching = this.#matching<Entry>(query).filter(({ number }) => number < before);
      if (direction === 'descending') matching.reverse();
      return { entries: matching.slice(0, limit), head: this.#head(query.feed, query.owner) };
    });
  }

  count(query: FeedQuery): Promise<number> {
    return promised(() => this.#matching(query).length);
  }

  head(feed: string, owner: string): Promise<number> {
    return promised(() => this.#head(feed, owner));
  }

  epoch(): Promise<string> {
    return Promise.resolve(this.#epoch);
  }

  watch(feed: string, owner: string, wake: () => void): () => void {
    return this.#wakeUps.add(feedKey(feed, owner), wake);
  }

  #head(feed: string, owner: string): number {
    this.#definition(feed);
    return this.#entries.get(feedKey(feed, owner))?.length ?? 0;
  }

  #matching<Entry>({ feed, owner, where = [], after = 0 }: FeedQuery): FeedEntry<Entry>[] {
    const { fields } = this.#definition(feed);
    return (this.#entries.get(feedKey(feed, owner)) ?? [])
      .map((text, index) => ({ number: index + 1, entry: JSON.parse(text) as Entry }))
      .filter(({ number, entry }) => number > after && meetsAll(fields, entry, where));
  }

  #definition(feed: string): FeedDefinition<never> {
    const definition = this.#definitions.get(feed);
    if (!definition) throw new TypeError(`There is no feed ${feed}`);
    return definition;
  }
}

const feedKey = (feed: string, owner: string): string => `${feed}/${owner}`;
