import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that came. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Answer = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

/** A server that answers as a test wants, and remembers what it was asked; what asks only whether it is there is answered in due form, and not remembered. */
export class AnsweringServer {
  readonly received: Received[] = [];

  private constructor(readonly url: string, /** Breaks what is open. */ readonly stop: () => Promise<void>) {}

  static async start(answer: Answer): Promise<AnsweringServer> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        if (body.includes('{ __typename }')) return void response.writeHead(200, json).end('{"data":{"__typename":"Query"}}');
        const received = { headers: request.headers, body };
        started.received.push(received);
        return answer(response, received, request);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const started = new AnsweringServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }));
    return started;
  }

  /** The bodies that came, read as JSON. */
  get asked(): readonly Record<string, unknown>[] {
    return this.received.map(({ body }) => JSON.parse(String(body)) as Record<string, unknown>);
  }
}

const json = { 'content-type': 'application/json' };

export const answerJson = (value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => response.writeHead(status, { ...json, ...headers }).end(JSON.stringify(value));
