import type { FeedDefinition, Feeds } from '@test-planning/kernel/feeds';
import { cursorExpired, cursorInvalid, type Cursors } from '@test-planning/kernel/subgraph';
import type { Place } from '../following/feed-tails';

/** How far back a cursor may reach, in milliseconds, unless configured otherwise: 30 days. */
const REACH_MS = 30 * 24 * 3_600_000;
/** Feeds of which the cursor made last is kept. */
const FEEDS_KEPT = 1_000;

/** One feed of somebody in a lab. */
export interface FeedOf<Entry> {
  definition: FeedDefinition<Entry>;
  lab: string;
  owner: string;
}

/** Places in feeds, as cursors that clients hold. */
export class Places {
  /** All who follow a feed ask for the same cursor, at about the same time. */
  readonly #madeLast = new Map<string, { number: number; epoch: string; cursor: string }>();

  constructor(
    private readonly feeds: Feeds,
    private readonly cursors: Cursors,
    private readonly clock: () => Date,
    private readonly reachMs = REACH_MS,
  ) {}

  /** Makes cursors of the feed, as its numbers are now. */
  async cursorOf({ definition, lab, owner }: FeedOf<never>): Promise<(number: number) => string> {
    const epoch = await this.feeds.epoch();
    const key = `${definition.name}/${owner}`;
    return (number) => {
      const made = this.#madeLast.get(key);
      if (made?.number === number && made.epoch === epoch) return made.cursor;
      const cursor = this.cursors.encode({ kind: 'feed', lab, feed: definition.name, owner, number, epoch });
      if (this.#madeLast.size >= FEEDS_KEPT) this.#madeLast.clear();
      this.#madeLast.set(key, { number, epoch, cursor });
      return cursor;
    };
  }

  /** Where the feed ends now. */
  async head({ definition, owner }: FeedOf<never>): Promise<number> {
    return this.feeds.head(definition.name, owner);
  }

  /** The number in a cursor of this feed, given out since its numbers began to count. @throws CURSOR_INVALID */
  async numberIn({ definition, lab, owner }: FeedOf<never>, cursor: string): Promise<number> {
    const { feed, owner: theirs, epoch, number } = this.cursors.decode(cursor, 'feed', lab);
    if (feed !== definition.name || theirs !== owner || epoch !== (await this.feeds.epoch())) throw cursorInvalid();
    return number;
  }

  /**
   * Where to go on from: behind the cursor, or at the head without one. How far back a cursor reaches is told by the first entry behind it, so one
   * behind which nothing came never gets too old.
   * @throws CURSOR_INVALID, CURSOR_EXPIRED
   */
  async resume(feed: FeedOf<never>, cursor: string | null | undefined): Promise<Place> {
    if (cursor === null || cursor === undefined) {
      const head = await this.head(feed);
      return { after: head, head };
    }
    const after = await this.numberIn(feed, cursor);
    const { entries: [missed], head } = await this.feeds.read<{ at: string }>({
      feed: feed.definition.name, owner: feed.owner, after, direction: 'ascending', limit: 1,
    });
    if (after > head) throw cursorInvalid();
    if (missed && Date.parse(missed.entry.at) < this.clock().getTime() - this.reachMs) throw cursorExpired();
    return { after, head };
  }
}
