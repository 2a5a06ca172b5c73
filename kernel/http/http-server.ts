import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as elapse } from 'node:timers/promises';
import type { HostCheck } from './host-check';
import { isRepeated } from './repeated-header';
import { respondJson } from './respond';

/** Answers true if the request was its own; then it has written, or will write, the response. */
export type HttpRoute = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** Bounds on connections; each has a default in {@link defaultHttpLimits}. */
export interface HttpLimits {
  /** Open at once, sockets among them; above it new ones are closed unread. */
  readonly maxConnections: number;
  /** Of a request's line and headers together; above it 431. */
  readonly maxHeaderBytes: number;
  /** How long a client may take to send a request's headers; above it 408. */
  readonly headersTimeoutMs: number;
  /** How long a client may take to send a whole request; above it 408. */
  readonly requestTimeoutMs: number;
}

export const defaultHttpLimits: HttpLimits = { maxConnections: 50_000, maxHeaderBytes: 16 * 1024, headersTimeoutMs: 15_000, requestTimeoutMs: 30_000 };

interface RoutingOptions {
  readonly isDraining: () => boolean;
  readonly limits?: Partial<HttpLimits>;
  /** Requests for another host are 421. Default: each host is this one. */
  readonly isOwnHost?: HostCheck;
  /** A route rejected. Called while the client waits: it has to write an answer, or break the connection if one has begun. */
  onFailure(error: unknown, response: ServerResponse): void;
  /** Connections are being closed because there are too many; called once until one is taken again. */
  onFull?(): void;
}

/** How long a connection may be idle. Above what proxies and pools allow, so that it is they who close: a request never meets a closing connection. */
const keepAliveTimeoutMs = 75_000;
/** How often it is looked whether a request takes too long, at most. */
const maxCheckIntervalMs = 5_000;
/** How long idle connections are kept while draining: a client that asks without a pause has asked by then. */
const lingerMs = 100;
/** How often connections that have become idle are closed while draining. */
const drainCheckMs = 25;

/** A server that asks each route in turn; what none takes is 404. */
export function routingServer(routes: readonly HttpRoute[], { isDraining, onFailure, onFull, limits, isOwnHost = () => true }: RoutingOptions): Server {
  const { maxConnections, maxHeaderBytes, headersTimeoutMs, requestTimeoutMs } = { ...defaultHttpLimits, ...limits };
  const options = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    connectionsCheckingInterval: Math.min(maxCheckIntervalMs, headersTimeoutMs, requestTimeoutMs),
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout: keepAliveTimeoutMs,
    noDelay: true,
    // Another protocol may be offered with any request (Java's client offers h2c with each), which is answered all the same.
    shouldUpgradeCallback({ headers, socket }: IncomingMessage): boolean {
      connections.spoke(socket);
      return headers.upgrade?.trim().toLowerCase() === 'websocket' && server.listenerCount('upgrade') > 0;
    },
  };
  const connections = new SilentConnections();
  const server: Server = createServer(options, (request, response) => {
    connections.spoke(request.socket);
    if (isDraining()) response.setHeader('connection', 'close');
    if (isRepeated(request, 'host')) return respondJson(response, 400, { message: 'The request has several Host headers' });
    if (!isOwnHost(request)) return respondJson(response, 421, { message: notOwnHost });
    // As requests to proxies have it, and servers have to take it: with the scheme and the host.
    if (request.url?.startsWith('http')) request.url = request.url.replace(/^https?:\/\/[^/?]*/i, '');
    return void handle(routes, request, response).catch((error: unknown) => {
      // A client that went away needs no answer.
      if (!response.destroyed) onFailure(error, response);
    });
  });
  server.maxConnections = maxConnections;
  let isFull = false;
  server.on('drop', () => {
    if (!isFull) onFull?.();
    isFull = true;
  });
  server.on('connection', (socket: Socket) => {
    isFull = false;
    connections.opened(socket);
  });
  server.on('clientError', refuse);
  silent.set(server, connections);
  return server;
}

/** For the one who runs the server as well. */
const notOwnHost = 'The Host header names another server. If it is a name of this one, add it to ALLOWED_HOSTS.';

/** By server, connections that have not asked for anything yet: for node they are not idle, and would hold up the server's end. */
const silent = new WeakMap<Server, SilentConnections>();

class SilentConnections {
  private readonly sockets = new Set<Socket>();
  /** One function for all connections; each is rid of it with its first request. */
  private readonly forget: (this: Socket) => void;

  constructor() {
    const { sockets } = this;
    this.forget = function forget() {
      sockets.delete(this);
    };
  }

  opened(socket: Socket): void {
    this.sockets.add(socket.once('close', this.forget));
  }

  spoke(socket: Socket): void {
    if (this.sockets.delete(socket)) socket.off('close', this.forget);
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** The answers to what is no HTTP, or too much or too slow of it. */
const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Node's default would do much the same, but leave a broken socket unexplained. */
function refuse(error: NodeJS.ErrnoException, socket: Socket & { _httpMessage?: ServerResponse | null }): void {
  // In the middle of an answer another status line would pass for a part of it.
  const isAnswering = socket._httpMessage?.headersSent;
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) socket.destroy();
  else socket.end(`HTTP/1.1 ${refusals[error.code ?? ''] ?? '400 Bad Request'}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
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

/**
 * Takes no new connection and waits for the requests in flight; after `graceMs` they are cut off. A connection that is idle is kept for another moment, for its
 * client may just be asking: it is answered, and told to come back on another.
 */
export async function drain(server: Server, graceMs: number): Promise<void> {
  // The HTTP server's own close would end idle connections at once.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await Promise.race([closed, elapse(Math.min(lingerMs, graceMs))]);
  server.close();
  silent.get(server)?.close();
  // A connection that was busy just now would be kept for a next request that nobody takes.
  const sweeping = setInterval(() => server.closeIdleConnections(), drainCheckMs);
  await closed;
  clearInterval(sweeping);
  clearTimeout(deadline);
}

async function handle(routes: readonly HttpRoute[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const route of routes) {
    const taken = route(request, response);
    if (taken === true || (taken !== false && await taken)) return;
  }
  respondJson(response, 404, { message: 'Nothing is here' });
}
