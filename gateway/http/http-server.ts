import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayLogger, HttpRoute } from '../config';
import { presentErrors } from '../errors/client-errors';
import { respondErrors, respondJson } from './respond';

/** How long a client may take to send a whole request. */
const requestTimeoutMs = 30_000;

/** A server that asks each route in turn; what none takes is 404. */
export function routingServer(routes: readonly HttpRoute[], logger: GatewayLogger, isDraining: () => boolean): Server {
  const server = createServer({ requestTimeout: requestTimeoutMs, noDelay: true }, (request, response) => {
    if (isDraining()) response.setHeader('connection', 'close');
    // A connection that was busy when the draining began would be kept for a next request that nobody takes.
    else response.once('close', () => isDraining() && setImmediate(() => server.closeIdleConnections()));
    void handle(routes, request, response).catch((error: unknown) => fail(response, error, logger));
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

function fail(response: ServerResponse, error: unknown, logger: GatewayLogger): void {
  // A client that went away needs no answer.
  if (response.destroyed) return;
  const errors = presentErrors([error], logger);
  if (response.headersSent) response.destroy();
  else respondErrors(response, 500, errors);
}
