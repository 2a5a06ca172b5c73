import type { FeedEntry, Feeds } from '@test-planning/kernel/feeds';

/** Entries read in one go. */
const READ_AT_ONCE = 500;

/**
 * The end of one feed, read once for everybody who follows it: a thousand followers cost one read per append. It keeps the last entries, which
 * nobody may change; who is further behind reads the store.
 */
export class FeedTail<Entry> {
  /** Contiguous, and up to the head. */
  #entries: FeedEntry<Entry>[] = [];
  #head: number;
  readonly #listeners = new Set<(error?: unknown) => void>();
  readonly #unwatch: () => void;
  /** `failed`: the last attempt did, so there may be more than is known. */
  #reading: 'no' | 'yes' | 'again' | 'failed' = 'no';

  /** @param head The feed's head, or where it was a moment ago. */
  constructor(
    private readonly feeds: Feeds,
    private readonly feed: string,
    private readonly owner: string,
    private readonly kept: number,
    head: number,
  ) {
    this.#head = head;
    this.#unwatch = feeds.watch(feed, owner, () => void this.#readOn());
    // What was appended before the watch began wakes nobody.
    void this.#readOn();
  }

  /** Of the entries kept, those behind this number, which has to be covered. */
  *behind(number: number): Generator<FeedEntry<Entry>> {
    for (let index = number - this.#start(); index < this.#entries.length; index += 1) yield this.#entries[index] as FeedEntry<Entry>;
  }

  /** Whether all that stands behind this number is kept. */
  covers(number: number): boolean {
    return number >= this.#start();
  }

  /** Calls after the head moved on, or with an error when it could not be read. Returns how to end it. */
  onAdvance(listener: (error?: unknown) => void): () => void {
    this.#listeners.add(listener);
    if (this.#reading === 'failed') void this.#readOn();
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#unwatch();
    this.#listeners.clear();
  }

  /** The number before the first entry kept. */
  #start(): number {
    return this.#head - this.#entries.length;
  }

  /** Reads up to the feed's end; a wake-up that comes meanwhile makes it look once more, so that none is missed. */
  async #readOn(): Promise<void> {
    if (this.#reading === 'yes' || this.#reading === 'again') {
      this.#reading = 'again';
      return;
    }
    try {
      do {
        this.#reading = 'yes';
        if (await this.#readOnce()) this.#reading = 'again';
      } while (this.#isToReadAgain());
      this.#reading = 'no';
    } catch (error) {
      this.#reading = 'failed';
      this.#tell(error);
    }
  }

  /** A method, as it changes while something is awaited. */
  #isToReadAgain(): boolean {
    return this.#reading === 'again';
  }

  /** Answers whether there may be more. */
  async #readOnce(): Promise<boolean> {
    const { entries } = await this.feeds.read<Entry>({
      feed: this.feed, owner: this.owner, after: this.#head, direction: 'ascending', limit: READ_AT_ONCE,
    });
    const last = entries.at(-1);
    if (!last) return false;
    this.#entries.push(...entries);
    if (this.#entries.length > 2 * this.kept) this.#entries = this.#entries.slice(-this.kept);
    this.#head = last.number;
    this.#tell();
    return entries.length === READ_AT_ONCE;
  }

  #tell(error?: unknown): void {
    for (const listener of [...this.#listeners]) listener(error);
  }
}
