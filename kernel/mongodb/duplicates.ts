import { MongoBulkWriteError, type WriteError } from 'mongodb';

const DUPLICATE_KEY = 11_000;

/**
 * Runs a bulk write; gives the indexes of its operations, ascending, that met a unique key which is taken. An ordered write ends at the first of them.
 *
 * The server waits for the write concern after a failed write as after any other, up to the last operation of its log: so when this resolves, what
 * holds the key is majority-committed, and a majority read that follows sees it.
 * @throws every other error of the write.
 */
export const duplicatesOf = async (write: () => Promise<unknown>): Promise<number[]> => {
  try {
    await write();
    return [];
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw error;
    const failed = [error.writeErrors].flat() as WriteError[];
    if (failed.length === 0 || failed.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    return failed.map(({ index }) => index).sort((a, b) => a - b);
  }
};

export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === DUPLICATE_KEY;
