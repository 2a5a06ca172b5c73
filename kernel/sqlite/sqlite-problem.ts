import { UnavailableError } from '../health/unavailable-error';
import { FileProblem } from '../lifecycle/file-problem';

/** SQLite's primary result codes (https://sqlite.org/rescode.html) of what is wrong with a file or its disk, and not with a statement. */
const causes: Readonly<Record<number, (path: string, message: string) => string>> = {
  3: (path) => `This process may not use ${path}: give it to the user who runs this process, or choose another DATA_DIR.`,
  8: (path) => `${path} can't be written: give it to the user who runs this process, and mount its disk for writing.`,
  10: (path, message) => `The disk of ${path} fails, or is full (${message}): free some space on it or replace it.`,
  11: (path, message) => `${path} is damaged (${message}): restore it from a backup, or move it away to begin without data.`,
  13: (path) => `The disk of ${path} is full: free some space on it, or choose another DATA_DIR.`,
  14: (path, message) => `${path} can't be opened (${message}): it has to be a file that this process may write, on a disk that is mounted for writing.`,
  26: (path) => `${path} is no SQLite database: restore it from a backup, or move it away to begin without data.`,
};

/** A statement that the tables don't fit: they are another program's. */
const GENERIC = 1;

const primaryCode = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

/** Whether a write failed because of the file or its disk: it may succeed once that is mended. */
export const isOfTheDisk = (error: unknown): boolean => Object.hasOwn(causes, primaryCode(error) ?? -1);

/** What is wrong with a database file, in a sentence; any other error as it is. An UnavailableError is told by its cause. */
export const asFileProblem = (error: unknown, path: string): unknown => {
  const cause = error instanceof UnavailableError ? error.cause : error;
  const code = primaryCode(cause);
  if (code === undefined) return error;
  const message = (cause as Error).message;
  const problem = code === GENERIC ? `${path} is not a database of this system, or of another version of it (${message}): move it away, or choose another DATA_DIR.` : causes[code]?.(path, message);
  return problem === undefined ? error : new FileProblem(problem, { cause: error });
};
