import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { request } from 'undici';
import { WebSocket } from 'ws';
import { quantiles, type Quantiles } from '../quantiles';

const subscription = 'subscription { notificationReceived { command { id } message } }';
const mutation = 'mutation ($commandId: ID!, $name: String!) { createExperiment(commandId: $commandId, input: { name: $name }) { id } }';

interface Received {
  data?: { notificationReceived: { command: { id: string } | null } } | null;
}

/** From a mutation sent over HTTP to its notification received over the socket, at `perSecond` mutations a second. */
export const measureLatency = async (url: string, token: string, perSecond: number, seconds: number): Promise<Quantiles> => {
  const socket = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${token}` } });
  const sent = new Map<string, number>();
  const times: number[] = [];
  const total = perSecond * seconds;
  const events = socket.iterate({ query: subscription }) as AsyncIterableIterator<Received>;
  const all = (async () => {
    for await (const { data } of events) {
      const begun = sent.get(data?.notificationReceived.command?.id ?? '');
      if (begun !== undefined) times.push(performance.now() - begun);
      if (times.length === total) return;
    }
  })();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const send = async (index: number): Promise<void> => {
    const commandId = crypto.randomUUID();
    sent.set(commandId, performance.now());
    const { body } = await request(url, { method: 'POST', headers, body: JSON.stringify({ query: mutation, variables: { commandId, name: `Low load ${index}` } }) });
    await body.dump();
  };
  const begun = performance.now();
  for (let index = 0; index < total; index += 1) {
    await pause(Math.max(0, begun + (index * 1000) / perSecond - performance.now()));
    await send(index);
  }
  await all;
  await socket.dispose();
  return quantiles(times);
};
