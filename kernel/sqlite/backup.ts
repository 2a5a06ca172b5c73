import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Connection } from './connection';
import { lockDataDirectory } from './data-directory-lock';

/** A backup can not be made or restored, for a reason that the operator can remove. */
export class BackupError extends Error {
  override name = 'BackupError';
}

const OWNER_ONLY = 0o600;

/**
 * Writes a copy of the data directory's database to a file, as it is at one moment; the process that works on it may go on. Nobody but the owner may read the file.
 * @throws {BackupError} when there is no database, or the file is there already.
 */
export const backUpDatabase = (dataDir: string, file: string): void => {
  const path = join(dataDir, 'data.sqlite');
  if (!existsSync(path)) throw new BackupError(`There is no database in ${dataDir}: name its directory with DATA_DIR`);
  if (existsSync(file)) throw new BackupError(`${file} is there already: choose another name`);
  mkdirSync(dirname(resolve(file)), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  const connection = new Connection(path, { readOnly: true });
  try {
    // The file is made before anything is in it, so that it is never readable by others.
    closeSync(openSync(draft, 'wx', OWNER_ONLY));
    connection.run('VACUUM INTO ?', draft);
    check(draft);
    flush(draft);
    renameSync(draft, file);
  } finally {
    connection.close();
    rmSync(draft, { force: true });
  }
};

/**
 * Puts a backup in the place of the data directory's database, which is made if it isn't there. Its feeds begin new epochs: cursors that were given out before are refused.
 * @throws {BackupError} when the file is no backup. @throws {DataDirectoryInUseError} when a process works on the directory.
 */
export const restoreDatabase = (dataDir: string, file: string): void => {
  if (!existsSync(file)) throw new BackupError(`There is no file ${file}`);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockDataDirectory(dataDir);
  const path = join(dataDir, 'data.sqlite');
  const draft = `${path}.restored`;
  try {
    for (const left of [draft, `${draft}-wal`, `${draft}-shm`, `${draft}-journal`]) rmSync(left, { force: true });
    copyFileSync(file, draft);
    chmodSync(draft, OWNER_ONLY);
    check(draft);
    beginNewEpochs(draft);
    flush(draft);
    // What is in the log of the database that goes belongs to that one.
    for (const left of ['-wal', '-shm']) rmSync(`${path}${left}`, { force: true });
    renameSync(draft, path);
    flush(dataDir);
  } finally {
    rmSync(draft, { force: true });
    unlock();
  }
};

/** @throws {BackupError} unless the file is a whole database of this system. */
const check = (file: string): void => {
  let connection: Connection | undefined;
  try {
    connection = new Connection(file, { readOnly: true });
    const [problem] = connection.all<{ quick_check: string }>('PRAGMA quick_check');
    if (problem?.quick_check !== 'ok') throw new BackupError(`${file} is damaged: ${String(problem?.quick_check)}`);
    if (!connection.get('SELECT 1 FROM sqlite_master WHERE name = ?', 'log_records')) throw new BackupError(`${file} is a database, and none of this system`);
  } catch (error) {
    throw error instanceof BackupError ? error : new BackupError(`${file} can't be read as a database: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
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
