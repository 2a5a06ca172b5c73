import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { hasMoreValuesThan } from './json-values';

/** A request that can't be read, with the status that says so. */
interface Unreadable {
  readonly kind: 'unreadable';
  readonly status: 400 | 413 | 415;
  /** A sentence for the client. */
  readonly message: string;
}

interface BodyReading {
  readonly maxBytes: number;
  /** JSON values. */
  readonly maxValues?: number;
  /** Reads a text of JSON, or throws. */
  readonly parse?: (text: string) => unknown;
}

interface ReadBody {
  readonly kind: 'body';
  readonly value: Readonly<Record<string, unknown>>;
}

/** What a body was packed with, by the name in content-encoding. */
const unpackers = { 'gzip': createGunzip, 'x-gzip': createGunzip, 'deflate': createInflate, 'br': createBrotliDecompress } as const;

/** Of a refused body, what is let flow away so that its sender gets to read the answer; behind it the connection is broken. */
const maxDiscardedBytes = 256 * 1024 * 1024;

/**
 * The JSON object in a POST request's body, unpacked if it came as gzip, deflate or br. A longer body is not kept, and one with more values is refused before it is parsed.
 * @throws if the connection is lost before the body's end.
 */
export async function readBody(request: IncomingMessage, { maxBytes, maxValues = Infinity, parse = JSON.parse }: BodyReading): Promise<ReadBody | Unreadable> {
  const { headers } = request;
  if (!isJson(headers['content-type'])) return unreadable(request, 415, 'The content-type must be application/json, in utf-8');
  const packed = headers['content-encoding'] ?? 'identity';
  if (packed !== 'identity' && !isPacked(packed)) return unreadable(request, 415, `The content-encoding "${packed.slice(0, 40)}" is not supported`);
  if (Number(headers['content-length']) > maxBytes) return unreadable(request, 413, `The body is larger than ${maxBytes} bytes`);
  const bytes = await (packed === 'identity' ? collect(request, maxBytes) : unpack(request, packed, maxBytes));
  if (bytes === 'too large') return unreadable(request, 413, `The body is larger than ${maxBytes} bytes`);
  if (bytes === 'not packed') return unreadable(request, 415, `The body is not what the content-encoding "${packed}" says`);
  if (!isUtf8(bytes)) return unreadable(request, 400, 'The body is not UTF-8');
  const text = String(bytes);
  if (hasMoreValuesThan(text, maxValues)) return unreadable(request, 413, `The body has more than ${maxValues} JSON values`);
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return unreadable(request, 400, 'The body is not JSON');
  }
  if (Array.isArray(value)) return unreadable(request, 400, 'The body must be one JSON object: a list of requests (a batch) is not supported');
  if (typeof value !== 'object' || value === null) return unreadable(request, 400, 'The body must be one JSON object');
  return { kind: 'body', value: value as Record<string, unknown> };
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  const [mediaType = '', ...parameters] = (contentType ?? '').toLowerCase().split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return mediaType === 'application/json' && (!charset || /^charset="?utf-?8"?$/.test(charset));
}

const isPacked = (encoding: string): encoding is keyof typeof unpackers => Object.hasOwn(unpackers, encoding);

/** All bytes of a stream, unless there are more than `maxBytes`. */
function collect(source: Readable, maxBytes: number): Promise<Buffer | 'too large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    source.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve('too large');
      }
    });
    source.on('end', () => resolve(chunks.length === 1 ? chunks[0] as Buffer : Buffer.concat(chunks)));
    source.on('error', reject);
  });
}

/** A few bytes can unpack to very many: unpacking ends at the bound. */
async function unpack(request: IncomingMessage, encoding: keyof typeof unpackers, maxBytes: number): Promise<Buffer | 'too large' | 'not packed'> {
  const unpacker = unpackers[encoding]();
  const lost = new Promise<never>((_, reject) => { request.once('error', reject); });
  const unpacked = collect(request.pipe(unpacker), maxBytes).catch(() => 'not packed' as const);
  try {
    return await Promise.race([unpacked, lost]);
  } finally {
    request.unpipe(unpacker);
    unpacker.destroy();
  }
}

/** What is still to come of the body flows away unread. */
function unreadable(request: IncomingMessage, status: Unreadable['status'], message: string): Unreadable {
  if (!request.complete) {
    let discarded = 0;
    request.on('data', (chunk: Buffer) => {
      discarded += chunk.length;
      if (discarded > maxDiscardedBytes) request.destroy();
    });
    // Its sender is told by the answer, if anybody is still there.
    request.on('error', () => undefined);
    request.resume();
  }
  return { kind: 'unreadable', status, message };
}
