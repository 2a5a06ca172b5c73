import type { MongoClientOptions } from 'mongodb';

/** How long an operation may take, waiting for a server included. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/** For work that takes as long as there are documents. */
export const NO_TIMEOUT = { timeoutMS: 0 } as const;

/** What every operation of a process has in common: written to disk on a majority before it counts, and read from what a majority has. */
export const clientOptions = (timeoutMs: number): MongoClientOptions => ({
  timeoutMS: timeoutMs,
  serverSelectionTimeoutMS: timeoutMs,
  connectTimeoutMS: timeoutMs,
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true },
  ignoreUndefined: true,
  // A server that went away is looked for so often; one that is there says by itself when something changes.
  heartbeatFrequencyMS: 2_000,
});
