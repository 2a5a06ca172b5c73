import { hash } from 'node:crypto';
import { v7 } from 'uuid';

/** A new id: a UUIDv7 (RFC 9562), so that ids sort by the time at which they were made. */
export const newId = (): string => v7();

/** The first eight bytes of an id that begins with a time. */
const TIMED_ID = /([0-9a-f]{8}-[0-9a-f]{4})-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/i;

/**
 * The id that follows from these parts: the same parts, in the same order, always give the same one. It is a UUIDv8 (RFC 9562) of their SHA-256;
 * where a part contains an id that begins with a time, it begins with the same time. So what derives from one message is stored beside it, and
 * an index on such ids grows at its end, not everywhere.
 */
export const derivedId = (...parts: readonly (string | number)[]): string => {
  const text = JSON.stringify(parts);
  const digest = hash('sha256', text, 'hex');
  const time = TIMED_ID.exec(text)?.[1]?.toLowerCase() ?? `${digest.slice(32, 40)}-${digest.slice(40, 44)}`;
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(3), 16) % 4);
  return `${time}-8${digest.slice(0, 3)}-${variant}${digest.slice(4, 7)}-${digest.slice(7, 19)}`;
};
