import { setTimeout as delay } from 'node:timers/promises';

export interface BackOff {
  /** After the first failure, in milliseconds; doubled with each further one. */
  firstMs: number;
  longestMs: number;
}

export const DEFAULT_BACK_OFF: BackOff = { firstMs: 100, longestMs: 2_000 };

/** How long to wait after so many failures in a row: half of it certain and half of it random, so that those who failed together spread out. */
export const backOffMs = (failures: number, { firstMs, longestMs }: BackOff, random: () => number = Math.random): number => {
  const whole = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return whole / 2 + (random() * whole) / 2;
};

/** Waits that long, or until the signal aborts. */
export const waitBackOff = async (failures: number, backOff: BackOff, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return;
  try {
    await delay(backOffMs(failures, backOff), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
