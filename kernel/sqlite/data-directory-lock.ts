import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FileProblem } from '../lifecycle/file-problem';
import { asFileProblem } from './sqlite-problem';

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** Another process works on the data directory. */
export class DataDirectoryInUseError extends Error {
  override name = 'DataDirectoryInUseError';
}

/** The file whose lock makes a data directory one process's own. */
export const lockFile = (dataDir: string): string => join(dataDir, 'lock.sqlite');

/**
 * Makes a data directory one process's own, by the lock on a small SQLite file in it: the operating system releases it when the process ends,
 * however it ends. Returns how to release it. @throws {DataDirectoryInUseError}; {FileProblem} when the file can't be used.
 */
export const lockDataDirectory = (dataDir: string): (() => void) => {
  const path = lockFile(dataDir);
  const lock = opened(path);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw new DataDirectoryInUseError(`Another process is using the data directory ${dataDir}: stop it, or choose another one (DATA_DIR)`);
    throw isDamaged(error) ? new FileProblem(`${path} is damaged or not a lock of this system: delete it, there is no data in it.`, { cause: error }) : asFileProblem(error, path);
  }
  return () => {
    lock.close();
  };
};

const opened = (path: string): DatabaseSync => {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw asFileProblem(error, path);
  }
};

/** The lowest byte of an extended result code is the primary one. */
const hasCode = (error: unknown, ...codes: readonly number[]): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number' && codes.includes(error.errcode & 0xff);

const isBusy = (error: unknown): boolean => hasCode(error, SQLITE_BUSY);
const isDamaged = (error: unknown): boolean => hasCode(error, SQLITE_CORRUPT, SQLITE_NOTADB);
