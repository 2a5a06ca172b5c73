import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as elapse } from 'node:timers/promises';
import { CloseCode, handleProtocols } from 'graphql-ws';
import type { Server as Protocol } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { isRepeated } from './repeated-header';

interface SocketServerParts<Side> {
  readonly path: string;
  /** Of one message; above it the socket closes with 1009. */
  readonly maxMessageBytes: number;
  readonly protocol: Protocol<Side>;
  readonly isDraining: () => boolean;
  readonly logger: SocketLogger;
  /** What the protocol is told of a socket, made when it opens. */
  side(socket: WebSocket): Side;
  /** Something has left the process for this socket. */
  onSent?(side: Side): void;
}

interface SocketLogger {
  debug(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

interface SocketServer {
  /** Closes every socket with 1001, and cuts off what is not closed after `graceMs`. */
  drain(graceMs: number): Promise<void>;
}

/** How often a silent peer is asked whether it is still there; it has as long to answer. */
const keepAliveMs = 12_000;
/** The protocol's bound on a close reason, in bytes. */
const maxReasonBytes = 123;

interface UpgradeParts {
  readonly path: string;
  /** Of one message; above it the socket closes with 1009. */
  readonly maxMessageBytes: number;
  readonly isDraining: () => boolean;
  /** The status for a request that may not open a socket here, as `403 Forbidden`. Default: each may. */
  refusalOf?(request: IncomingMessage): string | undefined;
  /** `stream`: the connection under the socket. */
  opened(socket: WebSocket, stream: Duplex, request: IncomingMessage): void;
}

/** Accepts WebSockets for graphql-transport-ws at one path of an HTTP server. */
export function acceptUpgrades(http: HttpServer, parts: UpgradeParts): Pick<WebSocketServer, 'close'> {
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: parts.maxMessageBytes, handleProtocols });
  http.on('upgrade', (request, stream, head) => {
    const refusal = refusalOf(request, parts);
    if (refusal) return refuse(stream, refusal);
    sockets.handleUpgrade(request, stream, head, (socket) => parts.opened(socket, stream, request));
  });
  return sockets;
}

/** Carries a protocol's conversations over the WebSockets that come. */
export function acceptSockets<Side>(http: HttpServer, parts: SocketServerParts<Side>): SocketServer {
  const sides = new Map<WebSocket, Side>();
  const sockets = acceptUpgrades(http, {
    path: parts.path,
    maxMessageBytes: parts.maxMessageBytes,
    isDraining: parts.isDraining,
    opened(socket) {
      const side = parts.side(socket);
      sides.set(socket, side);
      socket.once('close', () => sides.delete(socket));
      converse(socket, side, parts);
    },
  });

  return {
    async drain(graceMs) {
      const leaving = new AbortController();
      const deadline = elapse(graceMs, undefined, { signal: leaving.signal }).catch(() => undefined);
      await Promise.all([...sides.keys()].map(async (socket) => {
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
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

/** Closes with as much of the reason as the protocol can carry, in whole characters. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, new TextDecoder().decode(Buffer.from(reason).subarray(0, maxReasonBytes), { stream: true }));
}

function refusalOf(request: IncomingMessage, { path, refusalOf: refusalOfOwner, isDraining }: UpgradeParts): string | undefined {
  if (isDraining()) return '503 Service Unavailable';
  if ((request.url ?? '').split('?')[0]?.replace(/(?<=.)\/$/, '') !== path) return '404 Not Found';
  if (isRepeated(request, 'host') || isRepeated(request, 'authorization')) return '400 Bad Request';
  return refusalOfOwner?.(request);
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
