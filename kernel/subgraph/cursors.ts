import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { cursorInvalid } from './errors';

const content = z.discriminatedUnion('kind', [
  /** A place in one order of one connection. */
  z.object({
    kind: z.literal('connection'),
    lab: z.string(),
    connection: z.string(),
    by: z.string(),
    direction: z.enum(['ascending', 'descending']),
    value: z.union([z.string(), z.number(), z.null()]),
    id: z.string(),
  }),
  /** A place in one feed: behind the entry with this number. */
  z.object({ kind: z.literal('feed'), lab: z.string(), feed: z.string(), owner: z.string(), number: z.int().min(0), epoch: z.string() }),
]);
export type CursorContent = z.output<typeof content>;
export type ConnectionCursor = Extract<CursorContent, { kind: 'connection' }>;
export type FeedCursor = Extract<CursorContent, { kind: 'feed' }>;

export interface Cursors {
  encode(content: CursorContent): string;
  /** @throws CURSOR_INVALID for what was not made by `encode` with the same secret, for this kind and this lab. */
  decode<Kind extends CursorContent['kind']>(cursor: string, kind: Kind, lab: string): Extract<CursorContent, { kind: Kind }>;
}

const SIGNATURE_BYTES = 16;

/** Cursors that nobody else can make: base64url of HMAC-SHA256 (its first 16 bytes) and JSON. */
export function signedCursors(secret: Uint8Array | string): Cursors {
  const sign = (payload: Buffer): Buffer => createHmac('sha256', secret).update(payload).digest().subarray(0, SIGNATURE_BYTES);

  function open(cursor: string): CursorContent | undefined {
    const bytes = Buffer.from(cursor, 'base64url');
    const payload = bytes.subarray(SIGNATURE_BYTES);
    if (payload.length === 0 || !timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), sign(payload))) return undefined;
    // Decoding skips what is no base64url; only the text that was given out may pass.
    if (bytes.toString('base64url') !== cursor) return undefined;
    return content.safeParse(JSON.parse(payload.toString('utf8'))).data;
  }

  return {
    encode(cursor) {
      const payload = Buffer.from(JSON.stringify(cursor), 'utf8');
      return Buffer.concat([sign(payload), payload]).toString('base64url');
    },
    decode<Kind extends CursorContent['kind']>(cursor: string, kind: Kind, lab: string) {
      const opened = typeof cursor === 'string' ? open(cursor) : undefined;
      if (opened?.kind !== kind || opened.lab !== lab) throw cursorInvalid();
      return opened as Extract<CursorContent, { kind: Kind }>;
    },
  };
}
