import type { ServerResponse } from 'node:http';
import { longFrom } from './unread-responses';
import type { Unread } from './unread-responses';

/**
 * Writes a long body, each part when the client has read the one before; what has been written is not kept. Resolves when all is handed over, or
 * the client has left. Does not end the response.
 */
export async function writeInParts(response: ServerResponse, body: string | Buffer, unread: Unread): Promise<void> {
  for (let start = 0; start < body.length && !response.destroyed;) {
    const end = partEnd(body, start);
    const part = typeof body === 'string' ? Buffer.from(body.slice(start, end)) : body.subarray(start, end);
    start = end;
    if (!response.write(part)) await drained(response);
    unread.progressed();
  }
}

function partEnd(body: string | Buffer, start: number): number {
  const end = Math.min(start + longFrom, body.length);
  // A pair of surrogates is one character.
  const isSplit = typeof body === 'string' && end < body.length && (body.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return isSplit ? end - 1 : end;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
