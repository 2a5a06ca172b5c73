import { DataDirectoryInUseError, lockDataDirectory } from '@test-planning/kernel/sqlite';
import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ServersError } from './servers-error';

const LOOK_EVERY_MS = 100;
/** Longer than a download and a start take. */
const PATIENCE_MS = 900_000;

const lockWhenFree = async (directory: string, onWait: () => void): Promise<() => void> => {
  const begun = performance.now();
  for (let waiting = false; ; waiting = true) {
    try {
      return lockDataDirectory(directory);
    } catch (error) {
      if (!(error instanceof DataDirectoryInUseError)) throw error;
      if (performance.now() - begun > PATIENCE_MS) throw new ServersError(`Another command has been working on ${directory} for ${PATIENCE_MS / 60_000} minutes.`, { cause: error });
    }
    if (!waiting) onWait();
    await delay(LOOK_EVERY_MS);
  }
};

/** One command after the other; the operating system frees the lock of one that is killed. @throws {ServersError} after 15 minutes */
export const exclusively = async <T>(directory: string, onWait: () => void, work: () => Promise<T>): Promise<T> => {
  mkdirSync(directory, { recursive: true });
  const unlock = await lockWhenFree(directory, onWait);
  try {
    return await work();
  } finally {
    unlock();
  }
};
