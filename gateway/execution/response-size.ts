import type { GraphQLError } from 'graphql';
import { clientError } from '../errors/client-errors';

/** Thrown while a response is written, as soon as it is longer than it may be. */
export class ResponseTooLong extends Error {
  override name = 'ResponseTooLong';
}

/** The error that a client gets in place of the data: code RESPONSE_TOO_LARGE, with `maxBytes`. */
export function responseTooLarge(maxBytes: number): GraphQLError {
  return clientError('RESPONSE_TOO_LARGE', `The response is larger than ${maxBytes} bytes: ask for fewer fields, or for shorter lists`, { maxBytes });
}

/** UTF-8 has at most this many bytes for each of a string's characters. */
const bytesPerCharacter = 3;

/** Whether a text has more bytes as UTF-8. It counts them only where its length alone does not say so. */
export function isLargerThan(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * bytesPerCharacter > maxBytes && Buffer.byteLength(text) > maxBytes;
}

/** Characters from which a text that grows is made one piece. */
export const pieceLength = 32 * 1024;

/**
 * Makes one piece of a text that was put together from parts. Until then V8 keeps the parts, each with a node of its own: in a long response they are many times its size.
 * Reading a character does so.
 */
export function inOnePiece(text: string): string {
  text.charCodeAt(0);
  return text;
}
