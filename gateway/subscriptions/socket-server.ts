import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as elapse } from 'node:timers/promises';
import { CloseCode, handleProtocols } from 'graphql-ws';
import type { Server as ProtocolServer } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { GatewayLogger } from '../config';
import type { CrossOrigin } from '../http/cross-origin';
import { ClientSocket } from './client-socket';
import type { SocketExtra } from './socket-protocol';

interface SocketServerParts {
  readonly path: string;
  readonly maxMessageBytes: number;
  readonly protocol: ProtocolServer<SocketExtra>;
  readonly crossOrigin: CrossOrigin;
  readonly logger: GatewayLogger;
  readonly now: () => number;
  readonly isDraining: () => boolean;
}

/** How often a silent peer is asked whether it is still there; it has as long to answer. */
const keepAliveMs = 12_000;

interface SocketServer {
  /** Closes every socket with 1001: as soon as its queries and mutations are answered, or when `graceMs` are over. */
  drain(graceMs: number): Promise<void>;
}

/** Accepts WebSockets at one path of an HTTP server. */
export function acceptSockets(http: HttpServer, parts: SocketServerParts): SocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: parts.maxMessageBytes, handleProtocols });
  const clients = new Map<WebSocket, ClientSocket>();

  http.on('upgrade', (request, stream, head) => {
    const refusal = refusalOf(request, parts);
    if (refusal) return refuse(stream, refusal);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const client = new ClientSocket(socket, parts.now);
      clients.set(socket, client);
      socket.once('close', () => clients.delete(socket));
      converse(socket, client, parts);
    });
  });

  return {
    async drain(graceMs) {
      const leaving = new AbortController();
      const deadline = elapse(graceMs, undefined, { signal: leaving.signal }).catch(() => undefined);
      await Promise.all([...clients].map(async ([socket, client]) => {
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        await Promise.race([client.idle(), deadline]);
        client.close(1001, 'Going away');
        // A peer that doesn't answer the closing is not waited for longer than the grace lasts.
        await Promise.race([closed, deadline]);
        socket.terminate();
      }));
      leaving.abort();
      sockets.close();
    },
  };
}

function refusalOf(request: IncomingMessage, { path, crossOrigin, isDraining }: SocketServerParts): string | undefined {
  if (isDraining()) return '503 Service Unavailable';
  if ((request.url ?? '').split('?')[0] !== path) return '404 Not Found';
  return crossOrigin.admits(request) ? undefined : '403 Forbidden';
}

function refuse(stream: Duplex, status: string): void {
  stream.on('error', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** Connects one socket with the protocol. Sending resolves when the bytes have left the process, which is what paces subscriptions. */
function converse(socket: WebSocket, client: ClientSocket, { protocol, logger }: SocketServerParts): void {
  const closed = protocol.opened({
    protocol: socket.protocol,
    send: (text) => new Promise((resolve) => {
      // Never in the same turn of the event loop: a source that always has another event would let nothing else happen.
      const sent = (): unknown => setImmediate(resolve);
      if (socket.readyState !== socket.OPEN) return sent();
      // A failed write is followed by the socket's closing, which ends everything on it.
      socket.send(text, sent);
      return undefined;
    }),
    close: (code, reason) => client.close(code ?? 1000, reason ?? ''),
    onMessage: (receive) => {
      socket.on('message', (data) => {
        receive(String(data)).catch((error: unknown) => {
          logger.error({ err: error }, 'A message on a socket could not be handled');
          client.close(CloseCode.InternalServerError, 'Internal server error');
        });
      });
    },
  }, { client });
  const stopPinging = keepAlive(socket);
  socket.on('error', (error) => logger.debug({ err: error }, 'A socket failed'));
  socket.once('close', (code, reason) => {
    stopPinging();
    closed(code, String(reason)).catch((error: unknown) => logger.error({ err: error }, 'A socket could not be cleaned up'));
  });
}

function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, keepAliveMs);
  socket.on('pong', () => { answered = true; });
  return () => clearInterval(timer);
}
