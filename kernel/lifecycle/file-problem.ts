/** A file that a person can mend; the message is one sentence that names the file, what is wrong with it and what to do. */
export class FileProblem extends Error {
  override name = 'FileProblem';
}

const causes: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) => `This process may not use ${path}: give it to the user who runs this process, or choose another DATA_DIR.`,
  EPERM: (path) => `This process may not use ${path}: give it to the user who runs this process, or choose another DATA_DIR.`,
  EROFS: (path) => `${path} is on a read-only disk: mount the disk for writing, or choose another DATA_DIR.`,
  ENOENT: (path) => `${path} can't be made there: choose another DATA_DIR.`,
  ENOSPC: (path) => `The disk of ${path} is full: free some space on it, or choose another DATA_DIR.`,
  EDQUOT: (path) => `The disk quota for ${path} is used up: free some space, or choose another DATA_DIR.`,
  EIO: (path) => `The disk of ${path} fails: replace it, or choose another DATA_DIR.`,
  ENOTDIR: (path) => `${path} can't be made, because a part of its path is a file: choose another DATA_DIR.`,
  EEXIST: (path) => `DATA_DIR has to be a directory, and ${path} is a file: choose another DATA_DIR, or move the file away.`,
  EISDIR: (path) => `${path} has to be a file, and is a directory: move it away.`,
  ELOOP: (path) => `${path} is a link that leads back to itself: remove it, or choose another DATA_DIR.`,
  ENAMETOOLONG: (path) => `${path} is too long for a path: choose another DATA_DIR.`,
};

/** Runs what uses a file or a directory. @throws {FileProblem} for what a person can mend; else what was thrown. */
export function usingFile<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    const cause = causes[(error as NodeJS.ErrnoException).code ?? ''];
    throw cause ? new FileProblem(cause(path), { cause: error }) : error;
  }
}
