import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { usingFile } from './file-problem';
import { makeDirectory } from './make-directory';

const OF_OTHERS = 0o077;
const DIRECTORY = 0o700;
const FILE = 0o600;

/** Told of a file that others could read. */
export type Warn = (message: string) => void;

/** Makes a directory that its owner alone can use; one that exists becomes so. @throws {FileProblem} */
export function ensurePrivateDirectory(path: string, warn: Warn): void {
  usingFile(path, () => makeDirectory(path, DIRECTORY));
  keepPrivate(path, DIRECTORY, warn);
}

/** Makes an empty file that its owner alone can use, unless it exists; then it becomes so. @throws {FileProblem} */
export function ensurePrivateFile(path: string, warn: Warn): void {
  usingFile(path, () => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw Object.assign(new Error('It is a directory'), { code: 'EISDIR' });
    // One that exists is not opened: closing it would release the locks that this process holds on it.
    if (!found) closeSync(openSync(path, 'a', FILE));
  });
  keepPrivate(path, FILE, warn);
}

/** Takes a file from everyone but its owner, if it exists. */
export function keepPrivateFile(path: string, warn: Warn): void {
  keepPrivate(path, FILE, warn);
}

function keepPrivate(path: string, wanted: number, warn: Warn): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & OF_OTHERS) === 0) return;
  const before = (mode & 0o777).toString(8);
  try {
    chmodSync(path, wanted);
    warn(`Others on this machine could use ${path} (mode ${before}): its mode is ${wanted.toString(8)} now`);
  } catch (error) {
    warn(`Others on this machine can use ${path} (mode ${before}), and its mode can't be changed (${(error as Error).message}): set it to ${wanted.toString(8)}`);
  }
}
