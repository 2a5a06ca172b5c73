import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { request } from 'undici';
import { WebSocket } from 'ws';

const subscription = 'subscription { notificationReceived { command { id } message } }';
const mutation = 'mutation ($commandId: ID!, $name: String!) { createExperiment(commandId: $commandId, input: { name: $name }) { id } }';

interface Received {
  data?: { notificationReceived: { command: { id: string } | null } } | null;
}

/** A command's moments, by performance.now(). */
export interface Trip {
  commandId: string;
  sent: number;
  accepted: number;
  notified: number;
}

const FIRST_EVENTS_MS = 200;

/** Mutations sent over HTTP, `perSecond` a second, each until its notification is received over the socket. */
export const measureLatency = async (url: string, token: string, perSecond: number, seconds: number): Promise<Trip[]> => {
  const socket = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${token}` } });
  const trips = new Map<string, Trip>();
  let received = 0;
  let notified = 0;
  const total = perSecond * seconds;
  const events = socket.iterate({ query: subscription }) as AsyncIterableIterator<Received>;
  const all = (async () => {
    for await (const { data } of events) {
      received += 1;
      const trip = trips.get(data?.notificationReceived.command?.id ?? '');
      if (!trip) continue;
      trip.notified = performance.now();
      notified += 1;
      if (notified === total) return;
    }
  })();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const send = async (index: number): Promise<void> => {
    const commandId = crypto.randomUUID();
    const trip: Trip = { commandId, sent: performance.now(), accepted: 0, notified: 0 };
    trips.set(commandId, trip);
    const { body } = await request(url, { method: 'POST', headers, body: JSON.stringify({ query: mutation, variables: { commandId, name: `Low load ${index}` } }) });
    await body.dump();
    trip.accepted = performance.now();
  };
  const sending: Promise<void>[] = [];
  // Nobody is told when a subscription has begun; it has when something of it is here.
  for (let index = 0; received === 0; index += 1) {
    await send(-index);
    await pause(FIRST_EVENTS_MS);
  }
  trips.clear();
  notified = 0;
  const begun = performance.now();
  for (let index = 0; index < total; index += 1) {
    await pause(Math.max(0, begun + (index * 1000) / perSecond - performance.now()));
    sending.push(send(index));
  }
  await Promise.all([all, ...sending]);
  await socket.dispose();
  return [...trips.values()];
};
