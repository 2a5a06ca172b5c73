import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it, unless it exists. Node's own `recursive` never ends below a directory where nothing can be made, as /proc.
 * @param mode of each directory that is made. @throws what the file system throws.
 */
export function makeDirectory(path: string, mode?: number): void {
  if (isDirectory(path)) return;
  const above = dirname(path);
  if (!existsSync(above)) makeDirectory(above, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process was faster.
    if (!isDirectory(path)) throw error;
  }
}

const isDirectory = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();
