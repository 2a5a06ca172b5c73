import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as elapse } from 'node:timers/promises';
import { CloseCode, handleProtocols } from 'graphql-ws';
import type { Server as Protocol } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

interface SocketServerParts<Side> {
  readonly path: string;
  /** Of one message; above it the socket closes with 1009. */
  readonly maxMessageBytes: number;
  readonly protocol: Protocol<Side>;
  readonly isDraining: () => boolean;
  readonly logger: SocketLogger;
  /** What the protocol is told of a socket, made when it opens. */
  side(socket: WebSocket): Side;
  /** False for a request that may not open a socket here. Default: each may. */
  admits?(request: IncomingMessage): boolean;
  /** Resolves when a socket that is to be closed has nothing left to wait for. Default: at once. */
  idle?(side: Side): Promise<void>;
  /** Something has left the process for this socket. */
  onSent?(side: Side): void;
}

interface SocketLogger {
  debug(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

interface SocketServer {
  /** Closes every socket with 1001: as soon as it is idle, or when `graceMs` are over. */
  drain(graceMs: number): Promise<void>;
}

/** How often a silent peer is asked whether it is still there; it has as long to answer. */
const keepAliveMs = 12_000;
/** The protocol's bound on a close reason, in bytes. */
const maxReasonBytes = 123;

/** Accepts WebSockets that speak graphql-transport-ws at one path of an HTTP server. */
export function acceptSockets<Side>(http: HttpServer, parts: SocketServerParts<Side>): SocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: parts.maxMessageBytes, handleProtocols });
  const sides = new Map<WebSocket, Side>();

  http.on('upgrade', (request, stream, head) => {
    const refusal = refusalOf(request, parts);
    if (refusal) return refuse(stream, refusal);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const side = parts.side(socket);
      sides.set(socket, side);
      socket.once('close', () => sides.delete(socket));
      converse(socket, side, parts);
    });
  });

  return {
    async drain(graceMs) {
      const leaving = new AbortController();
      const deadline = elapse(graceMs, undefined, { signal: leaving.signal }).catch(() => undefined);
      await Promise.all([...sides].map(async ([socket, side]) => {
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        await Promise.race([parts.idle?.(side), deadline]);
        closeSocket(socket, 1001, 'Going away');
        // A peer that doesn't answer the closing is not waited for longer than the grace lasts.
        await Promise.race([closed, deadline]);
        socket.terminate();
      }));
      leaving.abort();
      sockets.close();
    },
  };
}

/** Closes with as much of the reason as the protocol can carry. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, Buffer.from(reason).subarray(0, maxReasonBytes).toString());
}

function refusalOf<Side>(request: IncomingMessage, { path, admits, isDraining }: SocketServerParts<Side>): string | undefined {
  if (isDraining()) return '503 Service Unavailable';
  if ((request.url ?? '').split('?')[0] !== path) return '404 Not Found';
  return admits?.(request) === false ? '403 Forbidden' : undefined;
}

function refuse(stream: Duplex, status: string): void {
  stream.on('error', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** Connects one socket with the protocol. Sending resolves when the bytes have left the process, which is what paces subscriptions. */
function converse<Side>(socket: WebSocket, side: Side, { protocol, logger, onSent }: SocketServerParts<Side>): void {
  const closed = protocol.opened({
    protocol: socket.protocol,
    send: (text) => new Promise((resolve) => {
      // Never in the same turn of the event loop: a source that always has another event would let nothing else happen.
      const sent = (): unknown => setImmediate(() => {
        onSent?.(side);
        resolve();
      });
      if (socket.readyState !== socket.OPEN) return sent();
      // A failed write is followed by the socket's closing, which ends everything on it.
      socket.send(text, sent);
      return undefined;
    }),
    close: (code, reason) => closeSocket(socket, code ?? 1000, reason ?? ''),
    onMessage: (receive) => {
      socket.on('message', (data) => {
        receive(String(data)).catch((error: unknown) => {
          logger.error({ err: error }, 'A message on a socket could not be handled');
          closeSocket(socket, CloseCode.InternalServerError, 'Internal server error');
        });
      });
    },
  }, side);
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
