import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeDirectory } from '../lifecycle/make-directory';
import { ensurePrivateDirectory, ensurePrivateFile, type Warn } from '../lifecycle/private-files';
import { Connection } from './connection';
import { lockDataDirectory, lockFile } from './data-directory-lock';

/** A backup can not be made or restored, for a reason that the operator can remove. */
export class BackupError extends Error {
  override name = 'BackupError';
}

const OWNER_ONLY = 0o600;

/**
 * Writes a copy of the data directory's database to a file, as it is at one moment; the process that works on it may go on. Nobody but the owner may read the file.
 * @throws {BackupError} when there is no database or it is damaged, and when the file is there already or can't be written.
 */
export const backUpDatabase = (dataDir: string, file: string): void => {
  const path = join(dataDir, 'data.sqlite');
  if (!existsSync(path)) throw new BackupError(`There is no database in ${dataDir}: name its directory with DATA_DIR`);
  if (existsSync(file)) throw new BackupError(`${file} is there already: choose another name`);
  explaining(`${dataDir} can't be backed up to ${file}`, () => {
    makeDirectory(dirname(resolve(file)));
    const draft = `${file}.${process.pid}.draft`;
    const connection = new Connection(path, { readOnly: true });
    try {
      // The file is made before anything is in it, so that it is never readable by others.
      closeSync(openSync(draft, 'wx', OWNER_ONLY));
      connection.run('VACUUM INTO ?', draft);
      check(draft, file);
      flush(draft);
      renameSync(draft, file);
    } finally {
      connection.close();
      rmSync(draft, { force: true });
    }
  });
};

/**
 * Puts a backup in the place of the data directory's database, which is made if it isn't there. Its feeds begin new epochs: cursors that were given out before are refused.
 * @throws {BackupError} when the file is no backup, or can't be copied. @throws {FileProblem} when the directory can't be used. @throws {DataDirectoryInUseError} when a process works on the directory.
 */
export const restoreDatabase = (dataDir: string, file: string, warn: Warn): void => {
  if (!existsSync(file)) throw new BackupError(`There is no file ${file}`);
  ensurePrivateDirectory(dataDir, warn);
  ensurePrivateFile(lockFile(dataDir), warn);
  const unlock = lockDataDirectory(dataDir);
  try {
    explaining(`${file} can't be restored to ${dataDir}`, () => replaceDatabase(join(dataDir, 'data.sqlite'), file));
    flush(dataDir);
  } finally {
    unlock();
  }
};

const replaceDatabase = (path: string, file: string): void => {
  const draft = `${path}.restored`;
  try {
    for (const left of [draft, `${draft}-wal`, `${draft}-shm`, `${draft}-journal`]) rmSync(left, { force: true });
    copyFileSync(file, draft);
    chmodSync(draft, OWNER_ONLY);
    check(draft, file);
    beginNewEpochs(draft);
    flush(draft);
    // What is in the log of the database that goes belongs to that one.
    for (const left of ['-wal', '-shm']) rmSync(`${path}${left}`, { force: true });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
};

/** Says what failed when the file system or SQLite is in the way; bugs are thrown as they are. */
const explaining = (failure: string, act: () => void): void => {
  try {
    act();
  } catch (error) {
    if (error instanceof BackupError || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new BackupError(`${failure}: ${(error as Error).message}`, { cause: error });
  }
};

/** @param file what the operator calls it. @throws {BackupError} unless the draft is a whole database of this system. */
const check = (draft: string, file: string): void => {
  let connection: Connection | undefined;
  try {
    connection = new Connection(draft, { readOnly: true });
    const [problem] = connection.all<{ quick_check: string }>('PRAGMA quick_check');
    if (problem?.quick_check !== 'ok') throw new BackupError(`${file} is damaged: ${String(problem?.quick_check)}`);
    if (!connection.get('SELECT 1 FROM sqlite_master WHERE name = ?', 'log_records')) throw new BackupError(`${file} is a database, and none of this system`);
  } catch (error) {
    throw error instanceof BackupError ? error : new BackupError(`${file} can't be read as a database: ${(error as Error).message}`, { cause: error });
  } finally {
    connection?.close();
  }
};

const beginNewEpochs = (file: string): void => {
  const connection = new Connection(file, { readOnly: false });
  try {
    connection.exec('PRAGMA journal_mode = DELETE');
    connection.exec('DROP TABLE IF EXISTS feed_epochs; DROP TABLE IF EXISTS generation');
  } finally {
    connection.close();
  }
};

const flush = (path: string): void => {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
};
