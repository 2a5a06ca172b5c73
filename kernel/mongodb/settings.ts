import type { MongoClientOptions } from 'mongodb';

/** How long an operation may take once a server is there, and how long one is waited for. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/** What every operation of a process has in common: written to disk on a majority before it counts, and read from what a majority has. */
export const clientOptions = (timeoutMs: number): MongoClientOptions => ({
  serverSelectionTimeoutMS: timeoutMs,
  connectTimeoutMS: timeoutMs,
  waitQueueTimeoutMS: timeoutMs,
  socketTimeoutMS: timeoutMs,
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: timeoutMs },
  ignoreUndefined: true,
  // A server that went away is looked for so often; one that is there says by itself when something changes.
  heartbeatFrequencyMS: 2_000,
});
