import { createSourceEventStream, execute, GraphQLError } from 'graphql';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { news } from './news';
import type { SubgraphMessage, SubgraphResult } from './subgraph-transport';

/** Told by a subscription's source: of the subscription, everything up to this cursor has been handed over. */
export type TellPosition = (cursor: string) => void;

interface OpenSubscriptionParts {
  /** What to subscribe to, or why that can't be. */
  open(tellPosition: TellPosition): Promise<ExecutionArgs | SubgraphResult>;
  /** Called once, however it ends. */
  onEnd(): void;
}

type Step = IteratorResult<SubgraphMessage>;
type Source = { readonly kind: 'refused'; readonly result: SubgraphResult } | { readonly kind: 'events'; readonly args: ExecutionArgs; readonly events: AsyncIterator<unknown> };

const done: Step = { value: undefined, done: true };

/**
 * A subscription to a schema in this process. It reads the source only when it is read itself, and leaves it at once when it is left, even while the
 * source is silent. Positions come to the reader behind the events that were handed over before they were told, and before those that come later.
 */
export class OpenSubscription implements AsyncIterableIterator<SubgraphMessage> {
  private phase: 'open' | 'ended' = 'open';
  private readonly source: Promise<Source>;
  /** The reader's unanswered pull. */
  private reader: PromiseWithResolvers<Step> | undefined;
  /** The next event, once the source was asked for it: a position may have answered the reader's pull meanwhile. */
  private coming: Promise<Step> | undefined;
  /** How many events the source has handed over, and how many of them the reader. */
  private taken = 0;
  private delivered = 0;
  private told: { readonly cursor: string; readonly behind: number } | undefined;

  constructor(private readonly parts: OpenSubscriptionParts) {
    this.source = sourceOf(parts.open((cursor) => this.tellPosition(cursor)));
    // Whoever reads is told what went wrong.
    this.source.catch(() => undefined);
  }

  next(): Promise<Step> {
    if (this.phase === 'ended') return Promise.resolve(done);
    if (this.reader) return this.reader.promise.then(() => this.next());
    const position = this.takePosition();
    if (position) return Promise.resolve(position);
    const reader = this.reader = Promise.withResolvers<Step>();
    this.coming ??= this.pull();
    void this.coming.then((step) => {
      if (this.reader !== reader) return;
      this.coming = undefined;
      this.delivered += 1;
      this.answer(step);
      if (this.phase === 'open' && isLast(step)) this.end();
    });
    return reader.promise;
  }

  return(): Promise<Step> {
    if (this.phase === 'open') {
      this.end();
      this.answer(done);
      // The source may be busy until its next event: it is told now, nobody waits for it, and how it ends concerns nobody.
      void this.source.then((source) => (source.kind === 'events' ? source.events.return?.() : undefined)).catch(() => undefined);
    }
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private tellPosition(cursor: string): void {
    const behind = this.taken;
    // An event that was handed over just before takes until the end of this turn to be here. Which of the two came first nobody knows then, and the
    // event has a cursor of its own: the position is let go.
    setImmediate(() => {
      if (behind !== this.taken) return;
      this.told = { cursor, behind };
      const position = this.reader && this.takePosition();
      if (position) this.answer(position);
    });
  }

  /** The position at which the reader is, if it was told. */
  private takePosition(): Step | undefined {
    const { told } = this;
    if (!told || told.behind > this.delivered) return undefined;
    this.told = undefined;
    return told.behind === this.delivered ? { value: { position: told.cursor }, done: false } : undefined;
  }

  private answer(step: Step): void {
    this.reader?.resolve(step);
    this.reader = undefined;
  }

  /** Never rejects: what the source throws becomes its last result. */
  private async pull(): Promise<Step> {
    try {
      const source = await this.source;
      if (source.kind === 'refused') return { value: source.result, done: false };
      const step = await source.events.next();
      if (step.done) return done;
      this.taken += 1;
      news.heard();
      return { value: await execute({ ...source.args, rootValue: step.value }) as SubgraphResult, done: false };
    } catch (error) {
      return { value: asResult(error), done: false };
    }
  }

  private end(): void {
    this.phase = 'ended';
    this.parts.onEnd();
  }
}

async function sourceOf(opening: Promise<ExecutionArgs | SubgraphResult>): Promise<Source> {
  const args = await opening;
  if (!('document' in args)) return { kind: 'refused', result: args };
  const events = await createSourceEventStream(args) as AsyncIterable<unknown> | ExecutionResult;
  return Symbol.asyncIterator in events ? { kind: 'events', args, events: events[Symbol.asyncIterator]() } : { kind: 'refused', result: events as SubgraphResult };
}

function isLast(step: Step): boolean {
  return step.done === true || (!('position' in step.value) && step.value.data === undefined);
}

/** What a schema's own code threw, as a result. */
export function asResult(error: unknown): SubgraphResult {
  if (error instanceof GraphQLError) return { errors: [error] };
  const original = error instanceof Error ? error : new Error(String(error));
  return { errors: [new GraphQLError(original.message, { originalError: original })] };
}
