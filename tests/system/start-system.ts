import { startStandalone } from './standalone-process';
import type { System } from './system';
import { tokenFrom } from './tokens';

/**
 * The system that the journeys drive. By default a standalone process of its own; with SYSTEM_URL set, the one that runs at that
 * address, whatever its edition, for which SYSTEM_DATA_DIR holds the keys that sign tokens.
 */
export const startSystem = async (): Promise<System> => {
  const { SYSTEM_URL: url, SYSTEM_DATA_DIR: dataDir } = process.env;
  if (!url) return startStandalone();
  if (!dataDir) throw new Error('SYSTEM_URL needs SYSTEM_DATA_DIR beside it: the directory with the keys that sign tokens');
  return { url, origin: new URL(url).origin, dataDir, token: (request) => tokenFrom(dataDir, request), stop: () => Promise.resolve() };
};
