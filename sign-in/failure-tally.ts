interface Failures {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly lastAt: number;
}

const none: Failures = { count: 0, lastAt: -Infinity };
/** A key without a failure for this long starts again at 0. */
const FORGOTTEN_AFTER_MS = 60 * 60 * 1000;
/** Of more keys, the one whose last failure is the oldest is dropped. */
const MOST_KEYS = 10_000;

/** Counts failures by key, in bounded memory. */
export class FailureTally {
  readonly #byKey = new Map<string, Failures>();

  of(key: string, now: number): Failures {
    const failures = this.#byKey.get(key) ?? none;
    return now - failures.lastAt >= FORGOTTEN_AFTER_MS ? none : failures;
  }

  add(key: string, now: number): void {
    const count = this.of(key, now).count + 1;
    // A map iterates in insertion order: the key goes to the end.
    this.#byKey.delete(key);
    this.#byKey.set(key, { count, lastAt: now });
    const oldest = this.#byKey.keys().next();
    if (this.#byKey.size > MOST_KEYS && !oldest.done) this.#byKey.delete(oldest.value);
  }

  clear(key: string): void {
    this.#byKey.delete(key);
  }
}
