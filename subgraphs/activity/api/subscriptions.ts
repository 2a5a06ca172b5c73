import type { FeedEntry } from '@test-planning/kernel/feeds';
import type { Condition } from '@test-planning/kernel/read-models';
import { idInput, parseInput, presentable, type ErrorLog, type SubgraphContext } from '@test-planning/kernel/subgraph';
import type { FeedTails } from '../following/feed-tails';
import type { CommandStates } from '../reading/command-states';
import { OutcomeFollower } from '../reading/outcome-follower';
import type { CommandRecord } from '../recording/command-record';
import type { FeedOf, Places } from './places';

/** An entry of a feed as it is delivered. */
export interface Delivered<Entry> extends FeedEntry<Entry> {
  cursor: () => string;
}

/** Begins subscriptions. What is wrong with one is thrown before its first event. */
export class Subscriptions {
  constructor(
    private readonly places: Places,
    private readonly tails: FeedTails,
    private readonly states: CommandStates,
    private readonly errors: ErrorLog,
  ) {}

  /**
   * All entries behind `after`, or from now on without it, that meet the conditions. The place is known before this resolves, so nothing that happens
   * after it is missed; the reader is told of it, and from time to time of how far the feed was read while nothing in it met the conditions.
   * @throws CURSOR_INVALID, CURSOR_EXPIRED
   */
  async follow<Entry>(
    { requestId, tellPosition }: SubgraphContext, feed: FeedOf<Entry>, where: readonly Condition[], after: string | null | undefined,
  ): Promise<AsyncIterableIterator<Delivered<Entry>>> {
    const [place, cursorOf] = await Promise.all([this.places.resume(feed, after), this.places.cursorOf(feed)]);
    const follower = this.tails.follow(feed.definition, feed.owner, place, where, tellPosition && ((number) => tellPosition(cursorOf(number))));
    return this.delivering(follower, requestId, (entry) => ({ ...entry, cursor: () => cursorOf(entry.number) }));
  }

  /** @throws BAD_USER_INPUT when the id is no UUID: no command ever has it. */
  outcome({ identity, requestId }: SubgraphContext, id: string): AsyncIterableIterator<CommandRecord> {
    const reference = { id: parseInput(idInput, id, 'id'), inputHash: null };
    return this.delivering(new OutcomeFollower(this.states, identity.lab, reference), requestId, (record) => record);
  }

  /** Masks what nobody expected, as everywhere. */
  private delivering<Found, Value>(
    source: AsyncIterableIterator<Found>, requestId: string, deliver: (found: Found) => Value,
  ): AsyncIterableIterator<Value> {
    const ended = { value: undefined, done: true } as const;
    return {
      next: async () => {
        try {
          const step = await source.next();
          return step.done === true ? ended : { value: deliver(step.value), done: false };
        } catch (error) {
          throw presentable(error, requestId, this.errors);
        }
      },
      return: async () => {
        await source.return?.();
        return ended;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
