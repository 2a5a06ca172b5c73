import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../telemetry/logger';
import { openDatabase, type Database, type DatabaseOptions } from './database';

/** A database in a directory of its own, which goes with it. */
export const openForTests = (options: Partial<DatabaseOptions> = {}): { database: Database; dataDir: string; close: () => Promise<void> } => {
  const dataDir = mkdtempSync(join(tmpdir(), 'test-planning-'));
  const database = openDatabase(dataDir, { logger: silentLogger, ...options, log: { backOff: { firstMs: 1, longestMs: 5 }, ...options.log } });
  return {
    database,
    dataDir,
    close: async () => {
      await database.close();
      rmSync(dataDir, { recursive: true });
    },
  };
};
