import type { NewLogRecord } from './log';

/**
 * Bytes that one record takes at most: key, headers and value as {@link recordBytes} counts them. Every log refuses more, so that both editions accept
 * the same. Below 8 MiB, which common managed Kafkas offer as a topic's `max.message.bytes`.
 */
export const MAX_RECORD_BYTES = 8_000_000;

/**
 * Bytes that the data of a client's command takes at most as JSON. The largest input that the fields' own limits allow fits (101 descriptions of 10,000
 * characters, each escaped as 6 bytes). The rest of the record is left to headers, and to what a dead letter adds.
 */
export const MAX_COMMAND_BYTES = 7_000_000;

/** Bytes that a commit or a view's document takes at most, estimated from above as BSON: below the 16 MiB of a document on MongoDB. */
export const MAX_DOCUMENT_BYTES = 15_500_000;

/** Length, attributes, timestamp, offset and the lengths of key, value and the list of headers on Kafka, all at their longest. */
const RECORD_OVERHEAD = 40;
/** Lengths of a header's name and value. */
const HEADER_OVERHEAD = 10;

/** Bytes that a record takes on Kafka, estimated from above. */
export const recordBytes = ({ key, headers, value }: Omit<NewLogRecord, 'topic'>): number => {
  let bytes = RECORD_OVERHEAD + Buffer.byteLength(key) + Buffer.byteLength(value);
  for (const name in headers) bytes += HEADER_OVERHEAD + Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '');
  return bytes;
};

/** Bytes that a JSON value takes as BSON, estimated from above. */
const documentBytes = (value: unknown): number => measured(value, Buffer.byteLength);

/** Whether a JSON value fits into {@link MAX_DOCUMENT_BYTES}. Counts bytes of text only where its length leaves a doubt. */
export const fitsDocument = (value: unknown): boolean =>
  measured(value, (text) => MOST_BYTES_OF_UNIT * text.length) <= MAX_DOCUMENT_BYTES || documentBytes(value) <= MAX_DOCUMENT_BYTES;

/** UTF-8 bytes of a UTF-16 code unit, at most. */
const MOST_BYTES_OF_UNIT = 3;
/** Type, length and end of a value; a number is shorter. */
const VALUE_OVERHEAD = 10;
/** An array's members have their index as key. */
const INDEX_BYTES = 8;

const measured = (value: unknown, bytesOf: (text: string) => number): number => {
  if (typeof value === 'string') return VALUE_OVERHEAD + bytesOf(value);
  if (typeof value !== 'object' || value === null) return VALUE_OVERHEAD;
  let bytes = VALUE_OVERHEAD;
  if (Array.isArray(value)) {
    for (const member of value) bytes += INDEX_BYTES + measured(member, bytesOf);
    return bytes;
  }
  for (const [key, member] of Object.entries(value)) bytes += bytesOf(key) + 1 + measured(member, bytesOf);
  return bytes;
};
