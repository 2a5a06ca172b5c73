import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ServerName } from './server';

/** Where downloads, data, logs and the memory of what was started lie; all of it can be deleted while nothing runs. */
export interface CacheDirectory {
  root: string;
  /** What `start` remembers, and the lock that lets one command work on it at a time. */
  run: string;
  download(nameAndVersion: string): string;
  /** A local server's settings, logs and data. */
  server(name: ServerName): { root: string; data: string; logs: string };
}

/** TEST_PLANNING_CACHE, or a folder of its own among the person's caches. */
export const cacheDirectory = (environment: Readonly<Record<string, string | undefined>>): CacheDirectory => {
  const root = resolve(environment.TEST_PLANNING_CACHE || join(homedir(), '.cache', 'test-planning'));
  return {
    root,
    run: join(root, 'run'),
    download: (nameAndVersion) => join(root, 'downloads', nameAndVersion),
    server: (name) => {
      const directory = join(root, name);
      return { root: directory, data: join(directory, 'data'), logs: join(directory, 'logs') };
    },
  };
};
