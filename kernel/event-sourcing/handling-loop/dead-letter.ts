import type { LogRecord, NewLogRecord } from '../../messaging/log';
import { MAX_RECORD_BYTES, recordBytes } from '../../messaging/sizes';

const LONGEST_ERROR = 2_000;
const LONGEST_KEY = 1_000;
/** A lot keeps a record in one document; larger records come only over topics that take more than this system needs. */
const MOST_KEPT = 1.5 * MAX_RECORD_BYTES;

/** An error's text as it is kept with a parked message: it may quote the whole message. */
export const shortened = (error: string): string => (error.length <= LONGEST_ERROR ? error : `${error.slice(0, LONGEST_ERROR)}...`).toWellFormed();

/**
 * A copy of a parked record for operators, with the reason and the place of the original. Where the copy would be larger than the log takes, the value is
 * left out; where that isn't enough, also the headers and most of the key. `parked-left-out` says so: the original is in the parking lot.
 */
export const deadLetter = ({ key, value, headers, topic: from, partition, offset }: LogRecord, error: string, topic: string): NewLogRecord => {
  const facts = { 'parked-reason': encodeURIComponent(error.toWellFormed()), 'parked-from': `${from}/${partition}/${offset}` };
  const copies: readonly NewLogRecord[] = [
    { topic, key, value, headers: { ...headers, ...facts } },
    { topic, key, value: 'null', headers: { ...headers, ...facts, 'parked-left-out': 'value' } },
  ];
  return copies.find((copy) => recordBytes(copy) <= MAX_RECORD_BYTES)
    ?? { topic, key: key.slice(0, LONGEST_KEY).toWellFormed(), value: 'null', headers: { ...facts, 'parked-left-out': 'key, headers and value' } };
};

/** The record as a parking lot can keep it: without its value where it is far larger than the log takes. */
export const keepable = (record: LogRecord): LogRecord =>
  (recordBytes(record) <= MOST_KEPT ? record : { ...record, headers: { 'parked-left-out': 'headers and value' }, value: '' });
