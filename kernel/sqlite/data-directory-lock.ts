import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/** Another process works on the data directory. */
export class DataDirectoryInUseError extends Error {
  override name = 'DataDirectoryInUseError';
}

/**
 * Makes a data directory one process's own, by the lock on a small SQLite file in it: the operating system releases it when the process ends,
 * however it ends. Returns how to release it. @throws {DataDirectoryInUseError}
 */
export const lockDataDirectory = (dataDir: string): (() => void) => {
  const lock = new DatabaseSync(join(dataDir, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw new DataDirectoryInUseError(`Another process is using the data directory ${dataDir}: stop it, or choose another one (DATA_DIR)`);
    throw error;
  }
  return () => {
    lock.close();
  };
};

/** The lowest byte of an extended result code is the primary one. */
const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === SQLITE_BUSY;
