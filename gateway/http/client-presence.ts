import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';

const left = new WeakMap<Socket, AbortSignal>();

/**
 * Aborted when the client's connection ends, and with it whatever it waits for. One for all requests of a connection, of which there is one at a time:
 * so it costs a request nothing, and whoever listens has to stop listening when the request has its answer.
 */
export function clientLeaving(socket: Socket): AbortSignal {
  const known = left.get(socket);
  if (known) return known;
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  left.set(socket, controller.signal);
  if (socket.destroyed) controller.abort();
  else socket.once('close', () => controller.abort());
  return controller.signal;
}
