import { isOverloaded, wasBrokenOff, wasNotSent } from './failures';

const firstPauseMs = 50;
/** Whoever asks to be left alone for longer is not asked again: the client waits meanwhile. */
const longestPauseMs = 2_000;

/**
 * How long to wait before a query is asked again, in milliseconds, after its `failures`th failure; undefined if asking again is of no use. Half of it is by chance, so that those
 * who failed at once don't come back at once.
 */
export function pauseBefore(error: unknown, failures: number, random: () => number = Math.random): number | undefined {
  const asked = isOverloaded(error) ? error.retryAfterMs : undefined;
  if (!isOverloaded(error) && !wasBrokenOff(error) && !wasNotSent(error)) return undefined;
  if (asked !== undefined && asked > longestPauseMs) return undefined;
  const pause = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
  return Math.max(asked ?? 0, pause / 2) + random() * pause / 2;
}

/** One retry for so many requests, in the long run. */
const share = 0.2;
const mostSaved = 10;

/** Bounds what retries add to the load of a subgraph in trouble: a fifth, but for a few at the beginning. */
export class RetryBudget {
  private tokens = mostSaved;

  asked(): void {
    if (this.tokens < mostSaved) this.tokens = Math.min(mostSaved, this.tokens + share);
  }

  /** Whether one more is allowed, which it then counts. */
  take(): boolean {
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
