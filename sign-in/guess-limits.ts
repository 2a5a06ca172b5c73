import { FailureTally } from './failure-tally';

/** Who tries to sign in: a user name, from a network. */
export interface Attempt {
  readonly network: string;
  readonly username: string;
}

/** Failures that cost no delay: of one user name from one network, and of one network or one user name altogether. */
const FREE_FAILURES = 10;
const FREE_FAILURES_ALTOGETHER = 50;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 5 * 60 * 1000;
const MOST_KNOWN = 10_000;

/**
 * Delays the one who guesses passwords. The delay doubles with each failure, from 1 second to 5 minutes.
 *
 * Only failures from the user's own network delay a user: a guesser elsewhere can't lock the user out. A user who once signed in from a network is not
 * delayed by what others do there. A user name that many networks guess at costs each of them a delay after its first failure.
 */
export class GuessLimits {
  readonly #ofPair = new FailureTally();
  readonly #ofNetwork = new FailureTally();
  readonly #ofUser = new FailureTally();
  /** Pairs that have signed in. */
  readonly #known = new Set<string>();
  readonly #now: () => number;

  /** @param now milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many milliseconds until the attempt may be checked; 0 for now. */
  delayOf(attempt: Attempt): number {
    const now = this.#now();
    const key = keyOf(attempt);
    const pair = this.#ofPair.of(key, now);
    const network = this.#ofNetwork.of(attempt.network, now);
    const user = this.#ofUser.of(attempt.username, now);
    const until = Math.max(
      pair.lastAt + delayAfter(pair.count - FREE_FAILURES),
      pair.count === 0 ? 0 : pair.lastAt + delayAfter(user.count - FREE_FAILURES_ALTOGETHER),
      this.isKnown(attempt) ? 0 : network.lastAt + delayAfter(network.count - FREE_FAILURES_ALTOGETHER),
    );
    return Math.max(0, until - now);
  }

  /** Whether the user has signed in from this network. */
  isKnown(attempt: Attempt): boolean {
    return this.#known.has(keyOf(attempt));
  }

  failed(attempt: Attempt): void {
    const now = this.#now();
    this.#ofPair.add(keyOf(attempt), now);
    this.#ofNetwork.add(attempt.network, now);
    this.#ofUser.add(attempt.username, now);
  }

  succeeded(attempt: Attempt): void {
    const key = keyOf(attempt);
    this.#ofPair.clear(key);
    this.#known.delete(key);
    this.#known.add(key);
    const oldest = this.#known.keys().next();
    if (this.#known.size > MOST_KNOWN && !oldest.done) this.#known.delete(oldest.value);
  }
}

const keyOf = ({ network, username }: Attempt): string => JSON.stringify([network, username]);

/** @param beyond failures beyond the free ones; below 0 there is no delay. */
const delayAfter = (beyond: number): number => (beyond < 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** beyond, LONGEST_DELAY_MS));
