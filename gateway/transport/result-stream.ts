import { news } from './news';
import { isPosition } from './subgraph-transport';
import type { SubgraphMessage } from './subgraph-transport';

interface Queued {
  readonly message: SubgraphMessage;
  readonly bytes: number;
}

/**
 * A queue between a source that pushes and a reader that pulls. It closes from either end: `end` and `fail` by the source (after what is
 * queued was read), `return()` by the reader (at once). `onPull` runs after each item taken, `onReturn` once when the reader leaves.
 */
export class ResultStream implements AsyncIterableIterator<SubgraphMessage> {
  private readonly queue: Queued[] = [];
  private waiting: PromiseWithResolvers<IteratorResult<SubgraphMessage>>[] = [];
  private closed: { readonly error?: unknown } | undefined;
  private events = 0;
  private bytes = 0;

  constructor(private readonly source: { onPull?(): void; onReturn(): void }) {}

  /** How many events nobody has read yet. */
  get queued(): number {
    return this.events;
  }

  /** How many bytes these came as. */
  get queuedBytes(): number {
    return this.bytes;
  }

  /** `bytes`: how many the message came as. Of positions that follow one another only the last is kept: it says all that those before it did. */
  push(message: SubgraphMessage, bytes = 0): void {
    if (this.closed) return;
    if (!isPosition(message)) news.heard();
    const reader = this.waiting.shift();
    if (reader) return reader.resolve({ value: message, done: false });
    if (isPosition(message)) {
      const last = this.queue.at(-1);
      if (last && isPosition(last.message)) this.queue.pop();
      this.queue.push({ message, bytes: 0 });
    } else {
      this.queue.push({ message, bytes });
      this.events += 1;
      this.bytes += bytes;
    }
  }

  end(): void {
    this.close({});
  }

  fail(error: unknown): void {
    this.close({ error });
  }

  next(): Promise<IteratorResult<SubgraphMessage>> {
    const first = this.queue.shift();
    if (first) {
      if (!isPosition(first.message)) this.events -= 1;
      this.bytes -= first.bytes;
      this.source.onPull?.();
      return Promise.resolve({ value: first.message, done: false });
    }
    if (this.closed && 'error' in this.closed) {
      const { error } = this.closed;
      this.closed = {};
      return Promise.reject(error as Error);
    }
    if (this.closed) return Promise.resolve({ value: undefined, done: true });
    const reader = Promise.withResolvers<IteratorResult<SubgraphMessage>>();
    this.waiting.push(reader);
    return reader.promise;
  }

  return(): Promise<IteratorResult<SubgraphMessage>> {
    this.queue.length = 0;
    this.events = 0;
    this.bytes = 0;
    if (!this.closed) {
      this.close({});
      this.source.onReturn();
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private close(reason: { readonly error?: unknown }): void {
    if (this.closed) return;
    this.closed = reason;
    const [first, ...others] = this.waiting;
    this.waiting = [];
    if (first && 'error' in reason) {
      this.closed = {};
      first.reject(reason.error);
    } else {
      first?.resolve({ value: undefined, done: true });
    }
    for (const reader of others) reader.resolve({ value: undefined, done: true });
  }
}
