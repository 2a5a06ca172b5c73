import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 20;

/** Reads again until what it gives is what is expected (the check doesn't throw), for up to `withinMs`; then throws what it threw last. */
export const eventually = async <Value>(read: () => Promise<Value>, check: (value: Value) => void, withinMs = 10_000): Promise<Value> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    try {
      check(value);
      return value;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause(PAUSE_MS);
  }
};
