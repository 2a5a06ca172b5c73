import { promisify } from 'node:util';
import { brotliDecompress, gunzip, gzip, inflate, inflateRaw } from 'node:zlib';
import { AnswerTooLarge } from './failures';

/** The codings that {@link decoded} knows, for the header accept-encoding. */
export const acceptedCodings = 'gzip, br, deflate';

type Decode = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const gunzipped: Decode = promisify(gunzip);
const inflated: Decode = promisify(inflate);
const inflatedRaw: Decode = promisify(inflateRaw);
// Two things have been called deflate: with zlib's header, as HTTP says, and without, as many wrote it.
const deflated: Decode = (body, options) => (((body[0] ?? 0) & 0x0f) === 8 ? inflated(body, options) : inflatedRaw(body, options));
const decoders: ReadonlyMap<string, Decode> = new Map([['gzip', gunzipped], ['x-gzip', gunzipped], ['br', promisify(brotliDecompress)], ['deflate', deflated]]);

/**
 * A body without its content coding, made outside of the event loop.
 * @throws {AnswerTooLarge} if it is more than `maxBytes` then, however little it was before; other errors for what is not so coded.
 */
export async function decoded(body: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  const decode = decoders.get(coding.trim().toLowerCase());
  if (!decode) throw new Error(`its content-encoding "${coding.slice(0, 50)}" is not one of ${acceptedCodings}`);
  try {
    return await decode(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new AnswerTooLarge(maxBytes);
    throw error;
  }
}

/** For a request's body. */
export const gzipped: (body: string) => Promise<Buffer> = promisify(gzip);
