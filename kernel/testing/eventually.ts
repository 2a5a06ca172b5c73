import { setImmediate as nextTurn } from 'node:timers/promises';

const LONGEST_MS = 20_000;

/** Waits until the check no longer throws, looking again with every turn of the event loop. @throws what it threw last, after 20 s. */
export const eventually = async <T>(check: () => T | Promise<T>): Promise<T> => {
  const begun = performance.now();
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() - begun > LONGEST_MS) throw error;
    }
    await nextTurn();
  }
};
