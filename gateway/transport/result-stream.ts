import type { SubgraphMessage } from './subgraph-transport';

/**
 * A queue between a source that pushes and a reader that pulls. It closes from either end: `end` and `fail` by the source (after what is
 * queued was read), `return()` by the reader (at once). `onPull` runs after each item taken, `onReturn` once when the reader leaves.
 */
export class ResultStream implements AsyncIterableIterator<SubgraphMessage> {
  private readonly queue: SubgraphMessage[] = [];
  private waiting: PromiseWithResolvers<IteratorResult<SubgraphMessage>>[] = [];
  private closed: { readonly error?: unknown } | undefined;

  constructor(private readonly source: { onPull?(queued: number): void; onReturn(): void }) {}

  /** How many results nobody has read yet. */
  get queued(): number {
    return this.queue.length;
  }

  push(result: SubgraphMessage): void {
    if (this.closed) return;
    const reader = this.waiting.shift();
    if (reader) reader.resolve({ value: result, done: false });
    else this.queue.push(result);
  }

  end(): void {
    this.close({});
  }

  fail(error: unknown): void {
    this.close({ error });
  }

  next(): Promise<IteratorResult<SubgraphMessage>> {
    const result = this.queue.shift();
    if (result) {
      this.source.onPull?.(this.queue.length);
      return Promise.resolve({ value: result, done: false });
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
