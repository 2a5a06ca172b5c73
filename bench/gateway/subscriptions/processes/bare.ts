import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { entry, nextMessage, subprotocol } from '../events';
import type { Publish } from '../messages';

/** The ceiling: broadcasts each event's bytes, made once, to all sockets of its group, and looks at nothing else. */
const groups = new Map<string, { readonly id: string; readonly sockets: WebSocket[] }>();
let head = 0;

const publish = (): void => {
  head += 1;
  for (const [group, { id, sockets }] of groups) {
    const bytes = Buffer.from(nextMessage(id, entry(group, head)));
    for (const socket of sockets) socket.send(bytes, { binary: false });
  }
};

interface ClientMessage {
  readonly type: string;
  readonly id: string;
  readonly payload: { readonly variables: { readonly group: string } };
}

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/graphql', perMessageDeflate: false, handleProtocols: () => subprotocol }, () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` });
});
server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const { type, id, payload } = JSON.parse(data.toString('utf8')) as ClientMessage;
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (type !== 'subscribe') return;
    const group = groups.get(payload.variables.group) ?? { id, sockets: [] };
    group.sockets.push(socket);
    groups.set(payload.variables.group, group);
  });
});
process.on('message', (told: Partial<Publish>) => {
  if (told.publish) publish();
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
