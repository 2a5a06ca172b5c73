import type { AddressInfo } from 'node:net';
import { parseMessage, MessageType, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { subgraphSchema, subgraphServer } from '../../subgraph-server';
import { writtenEntry, type WrittenEntry } from '../asked-entry';
import { subprotocol } from '../events';
import { feedSdl } from '../feed-sdl';
import type { Publish } from '../messages';

/**
 * A subgraph whose events can be followed from any place: `feed.js PORT HEAD`, where HEAD is the number of the last event there has been. It writes its messages by
 * hand: with a thousand subscriptions, resolving each event of each would take the core that the subscribers need.
 */
const [port, first] = process.argv.slice(2).map(Number);

interface Follower {
  readonly socket: WebSocket;
  readonly id: string;
  readonly written: WrittenEntry;
  place: number;
}

let head = first ?? 0;
const followers = new Set<Follower>();

const bring = (follower: Follower): void => {
  while (follower.place < head) {
    follower.place += 1;
    follower.socket.send(`{"id":"${follower.id}","type":"next","payload":{"data":${follower.written.text(follower.place)}}}`);
  }
};

const subscribe = (socket: WebSocket, id: string, payload: SubscribePayload): Follower => {
  const written = writtenEntry(payload);
  const follower = { socket, id, written, place: written.after ?? head };
  followers.add(follower);
  bring(follower);
  return follower;
};

const server = subgraphServer(subgraphSchema(feedSdl, { Query: { head: () => head } }));
const sockets = new WebSocketServer({ server, path: '/graphql', handleProtocols: () => subprotocol });
sockets.on('connection', (socket) => {
  const own = new Map<string, Follower>();
  socket.on('message', (data) => {
    const message = parseMessage(String(data));
    if (message.type === MessageType.ConnectionInit) socket.send('{"type":"connection_ack"}');
    if (message.type === MessageType.Ping) socket.send('{"type":"pong"}');
    if (message.type === MessageType.Subscribe) own.set(message.id, subscribe(socket, message.id, message.payload));
    if (message.type === MessageType.Complete) {
      const follower = own.get(message.id);
      if (follower) followers.delete(follower);
    }
  });
  socket.once('close', () => {
    for (const follower of own.values()) followers.delete(follower);
  });
});

server.listen(port, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` }));
process.on('message', (told: Partial<Publish>) => {
  if (!told.publish) return;
  head += 1;
  for (const follower of followers) bring(follower);
});
process.once('disconnect', () => process.exit(0));
