import type { FeedDefinition, Feeds } from '@test-planning/kernel/feeds';
import type { Condition } from '@test-planning/kernel/read-models';
import { FeedFollower } from './feed-follower';
import { FeedTail } from './feed-tail';
import { PositionRounds } from './position-rounds';

/** Entries kept in memory per feed that somebody follows. */
const KEPT = 1_000;
/** How often a follower tells how far it has come without an entry, in milliseconds, unless configured otherwise. */
const POSITIONS_EVERY_MS = 10_000;

/** Where to begin: behind an entry that exists, of a feed with this head. */
export interface Place {
  after: number;
  head: number;
}

/** The feeds that are followed right now: each has one tail, for as long as it has a follower. */
export class FeedTails {
  readonly #tails = new Map<string, { tail: FeedTail<unknown>; followers: number }>();

  readonly #rounds: PositionRounds;

  constructor(private readonly feeds: Feeds, private readonly kept = KEPT, positionsEveryMs = POSITIONS_EVERY_MS) {
    this.#rounds = new PositionRounds(positionsEveryMs);
  }

  /** @param tell Hears of numbers up to which the reader was given everything: where it begins, and how far it came while nothing met the conditions. */
  follow<Entry>(
    definition: FeedDefinition<Entry>, owner: string, from: Place, where: readonly Condition[], tell?: (number: number) => void,
  ): FeedFollower<Entry> {
    const key = `${definition.name}/${owner}`;
    const followed = this.#tails.get(key) ?? { tail: new FeedTail<unknown>(this.feeds, definition.name, owner, this.kept, from.head), followers: 0 };
    followed.followers += 1;
    this.#tails.set(key, followed);
    // A feed's name says what its entries are.
    const tail = followed.tail as FeedTail<Entry>;
    const onEnd = (): void => {
      this.#rounds.leave(follower);
      followed.followers -= 1;
      if (followed.followers > 0) return;
      followed.tail.close();
      this.#tails.delete(key);
    };
    const follower = new FeedFollower({ feeds: this.feeds, definition, owner, tail }, { where, after: from.after, tell, onEnd });
    if (tell) this.#rounds.join(follower);
    return follower;
  }

  /** Feeds that somebody follows. */
  get size(): number {
    return this.#tails.size;
  }
}
