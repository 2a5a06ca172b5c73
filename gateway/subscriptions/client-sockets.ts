import type { IncomingMessage, Server } from 'node:http';
import { acceptUpgrades, closeSocket } from '@test-planning/kernel/http';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import type { GatewayLogger } from '../config';
import type { Headers } from '../transport/upstream-headers';
import type { ClientBuffers } from './client-buffers';
import { ClientSocket } from './client-socket';
import { SocketConversation } from './socket-conversation';
import type { ConversationParts } from './socket-conversation';
import { bearerIn } from './socket-authorization';

interface ClientSocketsParts extends ConversationParts {
  readonly path: string;
  /** Of one message; above it the socket closes with 1009. */
  readonly maxMessageBytes: number;
  readonly buffers: ClientBuffers;
  readonly logger: GatewayLogger;
  /** The status for a request that may not open a socket. */
  refusalOf(request: IncomingMessage): string | undefined;
  headersOf(request: IncomingMessage): Headers;
}

interface ClientSockets {
  readonly size: number;
  /** Closes every socket with 1001, each at a time of its own within `spreadMs` when its queries and mutations are answered; what is still there after `graceMs` is cut off. */
  drain(graceMs: number, spreadMs: number): Promise<void>;
}

/** How often a silent client is asked whether it is still there, in seconds; it has as long to answer. */
const pingEverySeconds = 12;

/** Clients' WebSockets, at one path of an HTTP server. */
export function clientSockets(http: Server, parts: ClientSocketsParts): ClientSockets {
  const conversations = new Map<WebSocket, SocketConversation>();
  // One timer for all, which asks a part of them at a time.
  const turns = Array.from({ length: pingEverySeconds }, () => new Set<SocketConversation>());
  let turn = 0;
  const pinging = setInterval(() => {
    turn = (turn + 1) % pingEverySeconds;
    const now = performance.now();
    for (const { wire } of turns[turn] ?? []) wire.ping(now);
  }, 1_000).unref();

  // The same functions for all sockets: those of its own would be a good part of what a silent subscriber costs.
  function received(this: WebSocket, data: RawData, isBinary: boolean): void {
    const conversation = conversations.get(this);
    if (isBinary) conversation?.wire.close(1003, 'Messages are text');
    else conversation?.receive(String(data));
  }

  function answered(this: WebSocket): void {
    conversations.get(this)?.wire.heard();
  }

  /** The library has answered. */
  function pinged(this: WebSocket): void {
    conversations.get(this)?.wire.bound();
  }

  function closed(this: WebSocket): void {
    const conversation = conversations.get(this);
    if (!conversation) return;
    for (const asked of turns) asked.delete(conversation);
    conversations.delete(this);
    parts.buffers.closed();
    conversation.closed();
  }

  const failed = (error: Error): void => parts.logger.debug({ err: error }, 'A socket failed');

  const upgrades = acceptUpgrades(http, {
    path: parts.path,
    maxMessageBytes: parts.maxMessageBytes,
    isDraining: parts.isDraining,
    refusalOf: (request) => parts.refusalOf(request),
    opened(socket, stream, request) {
      // Also of one that is closed at once: what comes meanwhile may be anything.
      socket.on('error', failed);
      if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) return closeSocket(socket, CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
      const wire = new ClientSocket(socket, stream, parts.buffers);
      const conversation = new SocketConversation(wire, { remoteAddress: request.socket.remoteAddress, clientHeaders: parts.headersOf(request), authorization: bearerIn(request.headers.authorization) }, parts);
      turns[conversations.size % pingEverySeconds]?.add(conversation);
      conversations.set(socket, conversation);
      parts.buffers.opened();
      socket.on('message', received).on('pong', answered).on('ping', pinged).on('close', closed);
    },
  });

  return {
    get size() {
      return conversations.size;
    },
    async drain(graceMs, spreadMs) {
      const deadline = Promise.withResolvers<undefined>();
      const ending = setTimeout(() => deadline.resolve(undefined), graceMs);
      await Promise.all([...conversations].map(async ([socket, conversation]) => {
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        const leaving = setTimeout(() => {
          void conversation.idle().then(() => conversation.wire.close(1001, 'Going away'));
        }, Math.random() * spreadMs);
        // A client that doesn't answer the closing is not waited for longer than the grace lasts.
        await Promise.race([closed, deadline.promise]);
        clearTimeout(leaving);
        conversation.wire.close(1001, 'Going away');
        socket.terminate();
      }));
      clearTimeout(ending);
      clearInterval(pinging);
      upgrades.close();
    },
  };
}
