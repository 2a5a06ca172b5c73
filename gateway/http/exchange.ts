import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { compress, compressedFrom, contentEncoding } from './compression';
import type { ContentEncoding } from './compression';
import { anyFormat } from './result-format';
import type { ResultFormat } from './result-format';

interface ExchangeParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the client calls its request. */
  readonly requestId: string | undefined;
  /** Names and values in turn, for whatever answer there will be. */
  readonly headers: readonly string[];
  readonly compresses: boolean;
}

/** One request, and the one answer that it gets. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string | undefined;
  readonly headers: readonly string[];
  format: ResultFormat = anyFormat;
  private readonly compresses: boolean;

  constructor({ request, response, requestId, headers, compresses }: ExchangeParts) {
    this.request = request;
    this.response = response;
    this.requestId = requestId;
    this.headers = headers;
    this.compresses = compresses;
  }

  /** What was wrong with the request. `headers`: names and values in turn. As {@link respond}. */
  refuse(status: number, errors: readonly GraphQLError[], headers?: readonly string[]): Promise<void> | undefined {
    return this.respond(status, JSON.stringify({ errors }), headers);
  }

  /**
   * `headers`: names and values in turn, which go before those that each answer has. A promise only where something is waited for.
   * @throws for headers that can't be sent, then or by the promise.
   */
  respond(status: number, text: string, headers: readonly string[] = []): Promise<void> | undefined {
    const encoding = this.compresses && text.length >= compressedFrom ? contentEncoding(this.request.headers['accept-encoding']?.toString()) : 'identity';
    if (encoding !== 'identity') return this.respondPacked(status, text, encoding, headers);
    this.write(status, text, Buffer.byteLength(text), headers);
    return undefined;
  }

  private async respondPacked(status: number, text: string, encoding: ContentEncoding, headers: readonly string[]): Promise<void> {
    // Whatever is in the way of packing it, the answer itself is there.
    const packed = await compress(text, encoding).catch(() => undefined);
    if (packed) this.write(status, packed, packed.length, ['content-encoding', encoding, ...headers]);
    else this.write(status, text, Buffer.byteLength(text), headers);
  }

  private write(status: number, body: string | Buffer, length: number, headers: readonly string[]): void {
    if (this.response.destroyed) return;
    const all = ['content-length', String(length), ...this.headers, ...headers];
    if (!headers.includes('content-type')) all.push('content-type', this.format.contentType);
    // Answers are of use to their callers alone, unless a plugin says otherwise, and are never to be taken for anything but data.
    if (!headers.includes('cache-control')) all.push('cache-control', 'no-store');
    if (!headers.includes('x-content-type-options')) all.push('x-content-type-options', 'nosniff');
    this.response.writeHead(status, all).end(body);
  }
}
