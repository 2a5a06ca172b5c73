import type { Collection } from 'mongodb';
import type { FeedDefinition, NewFeedEntry } from '../feeds/feeds';
import { duplicatesOf } from './duplicates';
import { feedDocumentOf, type FeedDocument } from './feed-documents';
import { available } from './unavailable';

/** Entries that are inserted at once, at most: whole appends, so that one is never torn. */
const MOST_AT_ONCE = 5_000;
/** Feeds whose last number is remembered. */
const MOST_HEADS = 10_000;

interface Waiting {
  entries: readonly NewFeedEntry[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Appends to the feeds of one kind. Appends that wait at the same moment share one insert, and no two of a process are under way, so that they never
 * compete for a number; those of other processes may. An insert is ordered and ends at the first number or key that is taken: all before it stands, and
 * what is left is looked up in one go, rid of what is known, and numbered anew. So there is never a hole, whoever writes.
 */
export class FeedAppending {
  readonly #definition: FeedDefinition<never>;
  readonly #feed: Collection<FeedDocument>;
  /** Each is or was the feed's last number: it only ever grows, and one that is behind is found out by the insert. */
  readonly #heads = new Map<string, number>();
  #waiting: Waiting[] = [];
  #isAppending = false;

  constructor(definition: FeedDefinition<never>, feed: Collection<FeedDocument>) {
    this.#definition = definition;
    this.#feed = feed;
  }

  append(entries: readonly NewFeedEntry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
      if (!this.#isAppending) void this.#appendAll();
    });
  }

  async #appendAll(): Promise<void> {
    this.#isAppending = true;
    while (this.#waiting.length > 0) {
      const taken = this.#take();
      try {
        await available(() => this.#appendOnce(taken.flatMap(({ entries }) => entries)));
        for (const { resolve } of taken) resolve();
      } catch (error) {
        // What of it took place isn't known, so neither is any head.
        this.#heads.clear();
        for (const { reject } of taken) reject(error);
      }
    }
    this.#isAppending = false;
  }

  #take(): Waiting[] {
    let size = 0;
    const end = this.#waiting.findIndex(({ entries }, index) => {
      size += entries.length;
      return index > 0 && size > MOST_AT_ONCE;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #appendOnce(entries: readonly NewFeedEntry[]): Promise<void> {
    let left = firstOfEach(entries);
    await this.#lookUpHeads(left.map(({ owner }) => owner).filter((owner) => !this.#heads.has(owner)));
    while (left.length > 0) {
      const documents = this.#numbered(left);
      const [failed = documents.length] = await duplicatesOf(() => this.#feed.insertMany(documents, { ordered: true }));
      for (const { _id: { owner, number } } of documents.slice(0, failed)) this.#heads.set(owner, number);
      left = left.slice(failed);
      if (left.length === 0) break;
      // Keys first, heads after them: nothing that comes in between can be numbered twice.
      const known = await this.#knownAmong(left);
      left = left.filter(({ owner, key }) => !known.has(uniqueKey(owner, key)));
      await this.#lookUpHeads(left.map(({ owner }) => owner));
    }
    this.#forgetOldest();
  }

  #numbered(entries: readonly NewFeedEntry[]): FeedDocument[] {
    const last = new Map<string, number>();
    return entries.map((entry) => {
      const number = (last.get(entry.owner) ?? this.#heads.get(entry.owner) ?? 0) + 1;
      last.set(entry.owner, number);
      return feedDocumentOf(this.#definition, entry, number);
    });
  }

  async #knownAmong(entries: readonly NewFeedEntry[]): Promise<Set<string>> {
    const found = await this.#feed.find(
      { key: { $in: [...new Set(entries.map(({ key }) => key))] }, '_id.owner': { $in: [...new Set(entries.map(({ owner }) => owner))] } },
      { projection: { key: 1, '_id.owner': 1 }, batchSize: 100_000 },
    ).toArray();
    return new Set(found.map(({ _id: { owner }, key }) => uniqueKey(owner, key)));
  }

  async #lookUpHeads(owners: readonly string[]): Promise<void> {
    await Promise.all([...new Set(owners)].map(async (owner) => {
      this.#heads.set(owner, await feedHead(this.#feed, owner));
    }));
  }

  #forgetOldest(): void {
    for (const owner of this.#heads.keys()) {
      if (this.#heads.size <= MOST_HEADS) return;
      this.#heads.delete(owner);
    }
  }
}

/** Each key where it came first: what comes again may come behind that which followed on it, as when a worker that lost its partition tells it late. */
const firstOfEach = (entries: readonly NewFeedEntry[]): NewFeedEntry[] => {
  const seen = new Set<string>();
  return entries.filter(({ owner, key }) => {
    const unique = uniqueKey(owner, key);
    const isFirst = !seen.has(unique);
    seen.add(unique);
    return isFirst;
  });
};

/** A feed's last number; 0 when it is empty. */
export const feedHead = async (feed: Collection<FeedDocument>, owner: string): Promise<number> => {
  const last = await feed.findOne({ _id: { $gt: { owner, number: 0 }, $lt: { owner, number: Infinity } } }, { sort: { _id: -1 }, projection: { _id: 1 } });
  return last?._id.number ?? 0;
};

const uniqueKey = (owner: string, key: string): string => JSON.stringify([owner, key]);
