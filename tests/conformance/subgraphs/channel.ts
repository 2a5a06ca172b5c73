import { GraphQLError } from 'graphql';

/** What happened, as a subscriber hears of it. */
export interface Entry {
  readonly channel: Channel;
  readonly number: number;
  readonly text: string;
  /** Names of the items that it changed, within the channel. */
  readonly items: readonly string[];
  /** The only caller whom it concerns; undefined: everybody. */
  readonly to: string | undefined;
  /** Its own field `needed`, which may not be null, fails. */
  readonly isBroken: boolean;
}

/** Where one subscription of a subgraph is. */
class Subscriber implements AsyncIterableIterator<Entry> {
  private wake: (() => void) | undefined;
  private ending: { readonly error: GraphQLError | undefined } | undefined;

  constructor(private readonly channel: Channel, private place: number, private readonly concerns: (entry: Entry) => boolean, private readonly left: () => void) {}

  get position(): string {
    return this.channel.cursorOf(this.place);
  }

  async next(): Promise<IteratorResult<Entry, undefined>> {
    for (;;) {
      const entry = this.channel.entries[this.place];
      if (entry) {
        this.place += 1;
        if (this.concerns(entry)) return { value: entry, done: false };
      } else if (this.ending) {
        this.left();
        if (this.ending.error) throw this.ending.error;
        return { value: undefined, done: true };
      } else {
        await new Promise<void>((resolve) => { this.wake = resolve; });
      }
    }
  }

  news(): void {
    this.wake?.();
  }

  end(error?: GraphQLError): void {
    this.ending ??= { error };
    this.wake?.();
  }

  return(): Promise<IteratorResult<Entry, undefined>> {
    this.left();
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

interface Following {
  readonly after: string | null | undefined;
  readonly concerns?: (entry: Entry) => boolean;
  /** Tells the subscriber a position, where the connection has a way to. */
  readonly tellPosition: (cursor: string) => void;
}

/** A numbered sequence of entries that nobody but one point of the suite writes and reads, and what befalls those who follow it. */
export class Channel {
  readonly entries: Entry[] = [];
  /** Where each subscription so far began. */
  readonly begun: (string | null | undefined)[] = [];
  private readonly subscribers = new Map<Subscriber, (cursor: string) => void>();
  /** What subscriptions are refused with, while it is set. */
  refusal: { readonly code: string; readonly message: string } | undefined;
  tellsPositions = true;
  /** Entries up to this number are forgotten: a cursor in front of them has expired. */
  forgotten = 0;
  /** Fields of items that fail, as `item.field`. */
  readonly faults = new Set<string>();
  /** While it is set, items and the query `patient` are answered only by `answer`. */
  holds = false;
  private held: (() => void)[] = [];

  constructor(readonly name: string) {}

  /** Subscriptions that nobody has left. */
  get open(): number {
    return this.subscribers.size;
  }

  get heldAnswers(): number {
    return this.held.length;
  }

  append({ text = '', items = ['a'], to, isBroken = false }: { text?: string; items?: readonly string[]; to?: string; isBroken?: boolean } = {}): number {
    const number = this.entries.length + 1;
    this.entries.push({ channel: this, number, text, items, to, isBroken });
    for (const subscriber of this.subscribers.keys()) subscriber.news();
    return number;
  }

  cursorOf(number: number): string {
    return Buffer.from(`${this.name}@${number}`).toString('base64url');
  }

  follow({ after, concerns = () => true, tellPosition }: Following): AsyncIterableIterator<Entry> {
    this.begun.push(after);
    if (this.refusal) throw new GraphQLError(this.refusal.message, { extensions: { code: this.refusal.code } });
    const subscriber: Subscriber = new Subscriber(this, this.placeOf(after), concerns, () => this.subscribers.delete(subscriber));
    this.subscribers.set(subscriber, tellPosition);
    if (this.tellsPositions) tellPosition(subscriber.position);
    return subscriber;
  }

  tellPositions(): void {
    for (const [subscriber, tell] of this.subscribers) tell(subscriber.position);
  }

  /** All subscriptions end: in due form, or with an error of this code. */
  end(code?: string): void {
    for (const subscriber of this.subscribers.keys()) subscriber.end(code === undefined ? undefined : new GraphQLError(`It ends: ${code}`, { extensions: { code } }));
  }

  /** The number of the last entry that changed this item. */
  versionOf(item: string): number {
    return this.entries.findLast(({ items }) => items.includes(item))?.number ?? 0;
  }

  /** Resolves at once, or when `answer` says so. */
  turn(): Promise<void> {
    return this.holds ? new Promise((resolve) => this.held.push(resolve)) : Promise.resolve();
  }

  /** Lets one of those go that wait, counted from the first, or from the last. */
  answer(which: 'first' | 'last' = 'first'): void {
    (which === 'first' ? this.held.shift() : this.held.pop())?.();
  }

  /** Nobody waits any longer. */
  release(): void {
    this.holds = false;
    for (const go of this.held.splice(0)) go();
  }

  private placeOf(cursor: string | null | undefined): number {
    if (cursor === undefined || cursor === null) return this.entries.length;
    const number = this.entries.findIndex((_, index) => this.cursorOf(index + 1) === cursor) + 1;
    if (number === 0 && cursor !== this.cursorOf(0)) throw new GraphQLError('This is no cursor of this channel', { extensions: { code: 'CURSOR_INVALID' } });
    if (number < this.forgotten) throw new GraphQLError('What came behind this cursor is forgotten', { extensions: { code: 'CURSOR_EXPIRED' } });
    return number;
  }
}
