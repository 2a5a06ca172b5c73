/** Who waits for what: callbacks by key, called when something was written under it. */
export class WakeUps {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Returns how to end it. */
  add(key: string, wake: () => void): () => void {
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    // An own function, so that the same callback given twice is two watches.
    const entry = () => {
      wake();
    };
    waiting.add(entry);
    return () => {
      waiting.delete(entry);
      if (waiting.size === 0 && this.#waiting.get(key) === waiting) this.#waiting.delete(key);
    };
  }

  /** Calls them a moment later, so that none runs inside the write that caused it. */
  wake(key: string): void {
    for (const entry of this.#waiting.get(key) ?? []) queueMicrotask(entry);
  }
}
