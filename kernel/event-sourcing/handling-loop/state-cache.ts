/** An aggregate as its last commit left it. */
export interface Aggregate<State> {
  state: State;
  /** Of its last commit; 0 before the first. */
  sequence: number;
  /** When its last commit was decided; empty before the first. */
  at: string;
}

/** Recently used aggregates, the least recently used one leaving first. Entries are only ever replaced or evicted, never changed. */
export class StateCache<State> {
  readonly #size: number;
  readonly #entries = new Map<string, Aggregate<State>>();

  constructor(size: number) {
    this.#size = size;
  }

  get(stream: string): Aggregate<State> | undefined {
    const entry = this.#entries.get(stream);
    if (entry) this.#moveToEnd(stream, entry);
    return entry;
  }

  set(stream: string, entry: Aggregate<State>): void {
    this.#moveToEnd(stream, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#size) return;
      this.#entries.delete(oldest);
    }
  }

  evict(stream: string): void {
    this.#entries.delete(stream);
  }

  /** A Map keeps the order of insertion, so that its first key is the least recently used one. */
  #moveToEnd(stream: string, entry: Aggregate<State>): void {
    this.#entries.delete(stream);
    this.#entries.set(stream, entry);
  }
}
