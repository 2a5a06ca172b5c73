import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { System } from './system';
import { within } from './within';

type SocketEnd = { kind: 'acknowledged'; socket: WebSocket } | { kind: 'closed'; code: number; reason: string };

/** Opens a graphql-transport-ws socket by hand, sends connection_init with this payload, and tells how it was answered. */
export const initiate = async (system: System, payload?: object): Promise<SocketEnd> => {
  const socket = new WebSocket(system.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
  const closed = closing(socket);
  const first = once(socket, 'message') as Promise<[Buffer]>;
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  return within(
    5_000,
    'an answer to connection_init',
    Promise.race([
      closed,
      first.then(([message]): SocketEnd => {
        if ((JSON.parse(message.toString('utf8')) as { type: string }).type !== 'connection_ack')
          throw new Error(`Unexpected: ${message.toString('utf8')}`);
        return { kind: 'acknowledged', socket };
      }),
    ]),
  );
};

/** How the server closes the socket. */
export const closing = (socket: WebSocket): Promise<SocketEnd & { kind: 'closed' }> =>
  new Promise((resolve) => {
    socket.once('close', (code, reason) => resolve({ kind: 'closed', code, reason: reason.toString('utf8') }));
  });
