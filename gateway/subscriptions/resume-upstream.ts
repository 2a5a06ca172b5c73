import { setTimeout as elapse } from 'node:timers/promises';
import type { Resumption } from '../planning/resumption';
import { isPosition, ReaderTooSlow, SubgraphUnreachable } from '../transport/subgraph-transport';
import type { SubgraphMessage, SubgraphResult } from '../transport/subgraph-transport';

/** A subscription that can be begun at any place. */
interface ResumableUpstream {
  readonly resumption: Resumption;
  /** The place where the client wants to begin; undefined for now. */
  readonly begin: unknown;
  /** How long it is tried to go on, in milliseconds, since nothing comes any more. */
  readonly tryForMs: number;
  readonly signal: AbortSignal;
  subscribe(cursor: unknown): Promise<AsyncIterableIterator<SubgraphMessage>>;
}

const firstPauseMs = 50;
const longestPauseMs = 2_000;
/** One that held for so long was in order; what breaks it is a new failure. Longer than a connection may take to fail, or one to a subgraph that hangs would count. */
const heldForMs = 15_000;

/**
 * The events of a subscription, each once and in order, though its subgraph may go away and come back: it is taken up behind the last event, for as long as
 * the place is known and there is hope. It also is when its reader was too slow. Where it can't go on, it ends as the last attempt did.
 */
export function resumeUpstream(parts: ResumableUpstream): AsyncIterableIterator<SubgraphMessage, undefined> {
  return new ResumedUpstream(parts);
}

/** How one attempt ended, and what its reader is told if it was the last. */
type End = { readonly kind: 'complete' } | { readonly kind: 'refused'; readonly result: SubgraphResult } | { readonly kind: 'lost'; readonly error: unknown };

/** No generator: one within another would cost each event several turns. */
class ResumedUpstream implements AsyncIterableIterator<SubgraphMessage, undefined> {
  private upstream: AsyncIterableIterator<SubgraphMessage> | undefined;
  private place: unknown;
  private startedAt = 0;
  private pause = firstPauseMs;
  private failingSince: number | undefined;
  private isOver = false;

  constructor(private readonly parts: ResumableUpstream) {
    this.place = parts.begin;
  }

  async next(): Promise<IteratorResult<SubgraphMessage, undefined>> {
    while (!this.isOver) {
      let end: End;
      try {
        const step = await (this.upstream ?? await this.begin()).next();
        if (!step.done && !isRefusal(step.value)) {
          this.came(step.value);
          return step;
        }
        end = step.done ? { kind: 'complete' } : { kind: 'refused', result: step.value as SubgraphResult };
      } catch (error) {
        end = { kind: 'lost', error };
      }
      await this.leave();
      if (await this.mayTryAgain(end)) continue;
      this.isOver = true;
      if (this.parts.signal.aborted) break;
      if (end.kind === 'refused') return { value: end.result, done: false };
      if (end.kind === 'lost') throw end.error;
    }
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<SubgraphMessage, undefined>> {
    this.isOver = true;
    await this.leave();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async begin(): Promise<AsyncIterableIterator<SubgraphMessage>> {
    this.startedAt = performance.now();
    return this.upstream = await this.parts.subscribe(this.place);
  }

  private came(message: SubgraphMessage): void {
    this.place = isPosition(message) ? message.position : this.parts.resumption.cursorOf(message);
    this.failingSince = undefined;
    this.pause = firstPauseMs;
  }

  private async leave(): Promise<void> {
    const { upstream } = this;
    this.upstream = undefined;
    await upstream?.return?.();
  }

  /** Resolves when it is time for it. */
  private async mayTryAgain(end: End): Promise<boolean> {
    const { signal, tryForMs } = this.parts;
    if (end.kind === 'complete' || signal.aborted || !isPassing(end)) return false;
    // Without a place, to go on would be to leave out what happened in between.
    if (this.place === undefined || this.place === null) return false;
    if (end.kind === 'lost' && end.error instanceof ReaderTooSlow) return true;
    const now = performance.now();
    if (this.failingSince === undefined || now - this.startedAt > heldForMs) {
      this.failingSince = now;
      this.pause = firstPauseMs;
    }
    if (now - this.failingSince + this.pause > tryForMs) return false;
    // At some time of the pause, so that all subscriptions of a subgraph don't come back at once.
    await elapse(this.pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    this.pause = Math.min(2 * this.pause, longestPauseMs);
    return !signal.aborted;
  }
}

function isRefusal(message: SubgraphMessage): boolean {
  return !isPosition(message) && message.data === undefined;
}

/** What may be over when it is tried again. */
function isPassing(end: Exclude<End, { kind: 'complete' }>): boolean {
  if (end.kind === 'lost') return end.error instanceof SubgraphUnreachable || end.error instanceof ReaderTooSlow;
  const { errors = [] } = end.result;
  return errors.length > 0 && errors.every(({ extensions }) => extensions['code'] === 'UNAVAILABLE');
}
