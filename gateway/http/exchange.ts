import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { compress, compressedFrom, contentEncoding } from './compression';
import type { ContentEncoding } from './compression';
import { anyFormat } from './result-format';
import type { ResultFormat } from './result-format';
import { longFrom, tooManyUnread } from './unread-responses';
import type { Unread, UnreadResponses } from './unread-responses';
import { writeInParts } from './write-in-parts';

interface ExchangeParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the client calls its request. */
  readonly requestId: string | undefined;
  /** Names and values in turn, for whatever answer there will be. */
  readonly headers: readonly string[];
  readonly compresses: boolean;
  readonly unread: UnreadResponses;
}

/** How a client is told of errors that takes an event stream alone. */
export interface StreamedRefusal {
  readonly contentType: string;
  /** The whole stream for a result as JSON. */
  around(text: string): string;
}

/** What is wrong with an operation before it is executed. All else (401, 405, 413, 415, 503...) concerns the request, and is told by its status. */
const ofOperations = new Set([200, 400, 404, 429]);

/** One request, and the one answer that it gets. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string | undefined;
  readonly headers: readonly string[];
  format: ResultFormat = anyFormat;
  /** Undefined for a client that takes an answer in one piece. */
  streamedRefusal: StreamedRefusal | undefined;
  private readonly compresses: boolean;
  private readonly unread: UnreadResponses;

  constructor({ request, response, requestId, headers, compresses, unread }: ExchangeParts) {
    this.request = request;
    this.response = response;
    this.requestId = requestId;
    this.headers = headers;
    this.compresses = compresses;
    this.unread = unread;
  }

  /** What was wrong with the request. `headers`: names and values in turn. As {@link respond}. */
  refuse(status: number, errors: readonly GraphQLError[], headers?: readonly string[]): Promise<void> | undefined {
    return this.respondRefusal(status, JSON.stringify({ errors }), headers);
  }

  /** `text`: a result with errors and without data, for an operation that was not executed. As {@link respond}. */
  respondRefusal(status: number, text: string, headers: readonly string[] = []): Promise<void> | undefined {
    const { streamedRefusal } = this;
    if (!streamedRefusal || !ofOperations.has(status)) return this.respond(status, text, headers);
    const { contentType, around } = streamedRefusal;
    this.response.writeHead(200, [...this.headers, ...headers, 'content-type', contentType, 'cache-control', 'no-store', 'x-content-type-options', 'nosniff']).end(around(text));
    return undefined;
  }

  /**
   * `headers`: names and values in turn, which go before those that each answer has. A promise only where something is waited for.
   * @throws for headers that can't be sent, then or by the promise.
   */
  respond(status: number, text: string, headers: readonly string[] = []): Promise<void> | undefined {
    const encoding = this.compresses && text.length >= compressedFrom ? contentEncoding(this.request.headers['accept-encoding']?.toString()) : 'identity';
    if (text.length > longFrom) return this.respondLong(status, text, encoding, headers);
    if (encoding !== 'identity') return this.respondPacked(status, text, encoding, headers);
    this.head(status, Buffer.byteLength(text), headers)?.end(text);
    return undefined;
  }

  private async respondPacked(status: number, text: string, encoding: ContentEncoding, headers: readonly string[]): Promise<void> {
    const { body, bytes, encoded } = await packed(text, encoding);
    this.head(status, bytes, [...encoded, ...headers])?.end(body);
  }

  private async respondLong(status: number, text: string, encoding: ContentEncoding | 'identity', headers: readonly string[]): Promise<void> {
    if (this.response.destroyed) return;
    const unread = this.unread.hold(text.length, () => this.response.destroy());
    if (!unread) return this.refuse(503, [tooManyUnread()], ['retry-after', '1']);
    try {
      const { body, bytes, encoded } = encoding === 'identity' ? asItIs(text) : await packed(text, encoding);
      await this.writeLong(this.head(status, bytes, [...encoded, ...headers]), body, bytes, unread);
    } finally {
      unread.release();
    }
  }

  private async writeLong(response: ServerResponse | undefined, body: string | Buffer, bytes: number, unread: Unread): Promise<void> {
    if (!response) return;
    unread.progressed(bytes);
    await writeInParts(response, body, unread);
    // What a client reads last is of no more than a part.
    response.end();
  }

  /** Undefined where the client has left. */
  private head(status: number, length: number, headers: readonly string[]): ServerResponse | undefined {
    if (this.response.destroyed) return undefined;
    const all = ['content-length', String(length), ...this.headers, ...headers];
    if (!headers.includes('content-type')) all.push('content-type', this.format.contentType);
    // Answers are of use to their callers alone, unless a plugin says otherwise, and are never to be taken for anything but data.
    if (!headers.includes('cache-control')) all.push('cache-control', 'no-store');
    if (!headers.includes('x-content-type-options')) all.push('x-content-type-options', 'nosniff');
    return this.response.writeHead(status, all);
  }
}

/** A body as it goes over the wire, and the headers that say so. */
interface WireBody {
  readonly body: string | Buffer;
  readonly bytes: number;
  readonly encoded: readonly string[];
}

const asItIs = (text: string): WireBody => ({ body: text, bytes: Buffer.byteLength(text), encoded: [] });

async function packed(text: string, encoding: ContentEncoding): Promise<WireBody> {
  // Whatever is in the way of packing it, the answer itself is there.
  const body = await compress(text, encoding).catch(() => undefined);
  return body ? { body, bytes: body.length, encoded: ['content-encoding', encoding] } : asItIs(text);
}
