import { setTimeout as elapse } from 'node:timers/promises';

/** Resolves when so many milliseconds have passed, or at once when the signal is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await elapse(ms, undefined, { signal }).catch(() => undefined);
}
