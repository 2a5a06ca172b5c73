import { setTimeout as delay } from 'node:timers/promises';
import type { ServerDefinition } from './server';

const BETWEEN_MS = 100;
const ONE_ATTEMPT_MS = 2_000;

/** Asks a server until it answers. @throws what it said last, after `timeoutMs`, or the reason of the signal. */
export const untilAnswers = async ({ answers }: Pick<ServerDefinition, 'answers'>, address: string, timeoutMs: number, signal?: AbortSignal): Promise<void> => {
  const begun = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    try {
      await answers(address, ONE_ATTEMPT_MS);
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (performance.now() - begun > timeoutMs) throw error;
    }
    await delay(BETWEEN_MS);
  }
};
