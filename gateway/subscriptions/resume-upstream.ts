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
export async function* resumeUpstream({ resumption, begin, tryForMs, signal, subscribe }: ResumableUpstream): AsyncGenerator<SubgraphMessage, void, void> {
  let place = begin;
  let pause = firstPauseMs;
  let failingSince: number | undefined;
  for (;;) {
    const startedAt = performance.now();
    const end = yield* attempt(await subscribe(place), (message) => {
      place = isPosition(message) ? message.position : resumption.cursorOf(message);
      failingSince = undefined;
      pause = firstPauseMs;
    });
    if (end.kind === 'complete' || signal.aborted) return;
    if (!isPassing(end)) return yield* lastWord(end);
    // Without a place, to go on would be to leave out what happened in between.
    if (place === undefined || place === null) return yield* lastWord(end);
    if (end.kind === 'lost' && end.error instanceof ReaderTooSlow) continue;
    const now = performance.now();
    if (failingSince === undefined || now - startedAt > heldForMs) {
      failingSince = now;
      pause = firstPauseMs;
    }
    if (now - failingSince + pause > tryForMs) return yield* lastWord(end);
    // At some time of the pause, so that all subscriptions of a subgraph don't come back at once.
    await elapse(pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    pause = Math.min(2 * pause, longestPauseMs);
  }
}

/** How one attempt ended, and what its reader is told if it was the last. */
type End = { readonly kind: 'complete' } | { readonly kind: 'refused'; readonly result: SubgraphResult } | { readonly kind: 'lost'; readonly error: unknown };

async function* attempt(upstream: AsyncIterableIterator<SubgraphMessage>, onMessage: (message: SubgraphMessage) => void): AsyncGenerator<SubgraphMessage, End, void> {
  try {
    for (;;) {
      const step = await next(upstream);
      if (step.kind !== 'message') return step;
      onMessage(step.message);
      yield step.message;
    }
  } finally {
    await upstream.return?.();
  }
}

async function next(upstream: AsyncIterableIterator<SubgraphMessage>): Promise<End | { readonly kind: 'message'; readonly message: SubgraphMessage }> {
  try {
    const step = await upstream.next();
    if (step.done) return { kind: 'complete' };
    const { value } = step;
    return isPosition(value) || value.data !== undefined ? { kind: 'message', message: value } : { kind: 'refused', result: value };
  } catch (error) {
    return { kind: 'lost', error };
  }
}

/** What may be over when it is tried again. */
function isPassing(end: Exclude<End, { kind: 'complete' }>): boolean {
  if (end.kind === 'lost') return end.error instanceof SubgraphUnreachable || end.error instanceof ReaderTooSlow;
  const { errors = [] } = end.result;
  return errors.length > 0 && errors.every(({ extensions }) => extensions['code'] === 'UNAVAILABLE');
}

async function* lastWord(end: Exclude<End, { kind: 'complete' }>): AsyncGenerator<SubgraphResult, void, void> {
  if (end.kind === 'lost') throw end.error;
  yield await Promise.resolve(end.result);
}
