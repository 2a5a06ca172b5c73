import type { NewLogRecord } from './log';
import { MAX_RECORD_BYTES, recordBytes } from './sizes';

/** A record is larger than a log takes. Trying again does not help. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';

  /** @param bytes of key, headers and value, as {@link recordBytes} counts them. */
  constructor(
    readonly topic: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`A record of ${bytes} bytes is too large for ${topic}, which takes ${limit}`);
  }
}

/** @throws {RecordTooLargeError} for the first record that is larger than {@link MAX_RECORD_BYTES}. */
export const checkSizes = (records: readonly NewLogRecord[]): void => {
  for (const record of records) {
    const bytes = recordBytes(record);
    if (bytes > MAX_RECORD_BYTES) throw new RecordTooLargeError(record.topic, bytes, MAX_RECORD_BYTES);
  }
};
