import type { MongoClientOptions } from 'mongodb';

/** How long an operation may take once a server is there. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/** So long a server is waited for at most: with the way to the client, a query is UNAVAILABLE within 2 s. */
const SELECTION_TIMEOUT_MS = 1_500;

/** What every operation of a process has in common: written to disk on a majority before it counts, and read from what a majority has. */
export const clientOptions = (timeoutMs: number): MongoClientOptions => ({
  serverSelectionTimeoutMS: Math.min(timeoutMs, SELECTION_TIMEOUT_MS),
  connectTimeoutMS: Math.min(timeoutMs, SELECTION_TIMEOUT_MS),
  waitQueueTimeoutMS: Math.min(timeoutMs, SELECTION_TIMEOUT_MS),
  socketTimeoutMS: timeoutMs,
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: timeoutMs },
  ignoreUndefined: true,
  // A server that went away is looked for so often; one that is there says by itself when something changes.
  heartbeatFrequencyMS: 500,
});
