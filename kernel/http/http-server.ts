import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { respondJson } from './respond';

/** Answers true if the request was its own; then it has written, or will write, the response. */
export type HttpRoute = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

interface RoutingOptions {
  readonly isDraining: () => boolean;
  /** A route rejected. Called while the client waits: it has to write an answer, or break the connection if one has begun. */
  onFailure(error: unknown, response: ServerResponse): void;
}

/** How long a client may take to send a whole request. */
const requestTimeoutMs = 30_000;
/** How long a connection may be idle. Above what proxies and pools allow, so that it is they who close: a request never meets a closing connection. */
const keepAliveTimeoutMs = 75_000;

/** A server that asks each route in turn; what none takes is 404. */
export function routingServer(routes: readonly HttpRoute[], { isDraining, onFailure }: RoutingOptions): Server {
  const server = createServer({ requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveTimeoutMs, noDelay: true }, (request, response) => {
    if (isDraining()) response.setHeader('connection', 'close');
    // A connection that was busy when the draining began would be kept for a next request that nobody takes.
    else response.once('close', () => isDraining() && setImmediate(() => server.closeIdleConnections()));
    void handle(routes, request, response).catch((error: unknown) => {
      // A client that went away needs no answer.
      if (!response.destroyed) onFailure(error, response);
    });
  });
  // Anything that is not HTTP gets a plain refusal; node's default would do the same, but leave a broken socket unexplained.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code !== 'ECONNRESET' && socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

/** Resolves to the port it listens on. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** The address of what listens there, as a client writes it. */
export const urlOf = (host: string, port: number, path: string): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;

/** Takes no new connection and waits for the requests in flight; after `graceMs` they are cut off. */
export async function drain(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(deadline);
}

async function handle(routes: readonly HttpRoute[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const route of routes) if (await route(request, response)) return;
  respondJson(response, 404, { message: 'Nothing is here' });
}
