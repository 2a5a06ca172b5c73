import type { IncomingMessage } from 'node:http';

/** A request that can't be read, with the status that says so. */
interface Unreadable {
  readonly kind: 'unreadable';
  readonly status: 400 | 413 | 415;
  /** A sentence for the client. */
  readonly message: string;
}

interface ReadBody {
  readonly kind: 'body';
  readonly value: Readonly<Record<string, unknown>>;
}

/** The JSON object in a POST request's body, of at most `maxBytes`. A longer body is not kept. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<ReadBody | Unreadable> {
  if (!isJson(request.headers['content-type'])) return unreadable(415, 'The content-type must be application/json');
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return unreadable(415, `The content-encoding "${encoding.slice(0, 40)}" is not supported`);
  const text = await readText(request, maxBytes);
  if (text === undefined) return unreadable(413, `The body is larger than ${maxBytes} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable(400, 'The body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return unreadable(400, 'The body must be one JSON object');
  return { kind: 'body', value: value as Record<string, unknown> };
}

function isJson(contentType: string | undefined): boolean {
  const [mediaType = '', ...parameters] = (contentType ?? '').toLowerCase().split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return mediaType === 'application/json' && (!charset || /^charset="?utf-?8"?$/.test(charset));
}

/** Undefined if it is too long: then the rest flows away unread, so that the client gets to read its answer. */
function readText(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        chunks.length = 0;
        resolve(undefined);
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString()));
    request.on('error', reject);
  });
}

function unreadable(status: Unreadable['status'], message: string): Unreadable {
  return { kind: 'unreadable', status, message };
}
