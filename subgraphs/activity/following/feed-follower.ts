import type { FeedDefinition, FeedEntry, Feeds } from '@test-planning/kernel/feeds';
import { meetsAll, type Condition } from '@test-planning/kernel/read-models';
import type { FeedTail } from './feed-tail';

/** Entries read in one go by a follower that catches up, and so the most that one ever holds. */
const CATCH_UP_AT_ONCE = 100;

interface Followed<Entry> {
  feeds: Feeds;
  definition: FeedDefinition<Entry>;
  owner: string;
  tail: FeedTail<Entry>;
}

interface Following {
  where: readonly Condition[];
  /** Begins behind this number. */
  after: number;
  /** Hears of numbers up to which everything was handed out, while the next entry is being looked for. */
  tell?: ((number: number) => void) | undefined;
  onEnd(): void;
}

/**
 * All entries of a feed behind a place that meet the conditions, in order, each once, and then those to come. It is pulled: an entry is looked for
 * when it is asked for, so a slow reader is only further behind. `return()` ends it at once, even while it waits. Who asks for the next one has dealt with the one
 * before; so when it is first asked, and whenever {@link tellPlace} is called while it waits, it tells its place unless the last entry did.
 */
export class FeedFollower<Entry> implements AsyncIterableIterator<FeedEntry<Entry>> {
  /** Found in the store and not yet asked for. */
  #found: FeedEntry<Entry>[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #endWaiting: (() => void) | undefined;
  #phase: 'following' | 'ended' = 'following';
  /** Everything up to this number was delivered, found, or passed over. */
  #position: number;
  /** The place that its reader knows: of the last entry handed out, or told. */
  #known: number | undefined;

  constructor(private readonly followed: Followed<Entry>, private readonly following: Following) {
    this.#position = following.after;
  }

  /** Calls that overlap are answered one after another. */
  next(): Promise<IteratorResult<FeedEntry<Entry>>> {
    const result = this.#last.then(() => this.#pull());
    this.#last = result.catch(() => undefined);
    return result;
  }

  return(): Promise<IteratorResult<FeedEntry<Entry>>> {
    this.#end();
    return Promise.resolve({ value: undefined, done: true });
  }

  /** While it does not wait, what it handed out last may still be on its way: then its place is told another time, or by the next entry. */
  tellPlace(): void {
    if (this.#endWaiting && this.#known !== this.#position) this.#tell();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #pull(): Promise<IteratorResult<FeedEntry<Entry>>> {
    try {
      if (this.#known === undefined && this.#isFollowing()) this.#tell();
      while (this.#isFollowing()) {
        const entry = this.#found.shift() ?? this.#nextKept();
        if (entry) {
          this.#known = entry.number;
          return { value: entry, done: false };
        }
        if (this.followed.tail.covers(this.#position)) await this.#wait();
        else await this.#catchUp();
      }
    } catch (error) {
      this.#end();
      throw error;
    }
    return { value: undefined, done: true };
  }

  /** A method, as the phase changes while something is awaited. */
  #isFollowing(): boolean {
    return this.#phase === 'following';
  }

  /** The next one among those that the tail keeps. */
  #nextKept(): FeedEntry<Entry> | undefined {
    const { tail, definition } = this.followed;
    if (!tail.covers(this.#position)) return undefined;
    for (const entry of tail.behind(this.#position)) {
      this.#position = entry.number;
      if (meetsAll(definition.fields, entry.entry, this.following.where)) return entry;
    }
    return undefined;
  }

  async #catchUp(): Promise<void> {
    const { feeds, definition, owner } = this.followed;
    const { entries, head } = await feeds.read<Entry>({
      feed: definition.name, owner, where: this.following.where, after: this.#position, direction: 'ascending', limit: CATCH_UP_AT_ONCE,
    });
    this.#found = entries;
    this.#position = entries.length < CATCH_UP_AT_ONCE ? head : (entries.at(-1)?.number ?? head);
  }

  #tell(): void {
    this.#known = this.#position;
    this.following.tell?.(this.#position);
  }

  /** Until the tail moved on. It begins in the same step in which the tail was found to have nothing, so no move is missed. */
  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.followed.tail.onAdvance((error) => {
        stop();
        this.#endWaiting = undefined;
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('The feed can\'t be read', { cause: error }));
      });
      this.#endWaiting = () => {
        stop();
        resolve();
      };
    });
  }

  #end(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#found = [];
    this.#endWaiting?.();
    this.following.onEnd();
  }
}
