import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { RunningGateway } from './config';
import { startGateway } from './service';
import { compose } from './testing/running-shop';
import { httpTransport } from './transport/http-transport';
import type { HttpTransportOptions } from './transport/http-transport';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  scalar Long
  type Query { a: Int }
  type Subscription { came(after: Long): Long }
`;
const event = '{"data":{"came":750727362669608961}}';

/** A subgraph that sends one event to each subscription, over whichever of the two ways. */
async function startSubgraph() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.headers.accept !== 'text/event-stream') return response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"__typename":"Query"}}');
      asked.push(String(Buffer.concat(chunks)));
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`event: next\ndata: ${event}\n\nevent: complete\n\n`);
    });
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data: Buffer) => {
    const text = String(data);
    const { type, id } = JSON.parse(text) as { type: string; id: string };
    if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (type !== 'subscribe') return;
    asked.push(text);
    socket.send(`{"type":"next","id":"${id}","payload":${event}}`);
    socket.send(`{"type":"complete","id":"${id}"}`);
  }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a client's socket is sent until its subscription is complete. */
function overSocket(gateway: RunningGateway, payload: string): Promise<string[]> {
  const socket = new WebSocket(gateway.url.replace('http', 'ws'), 'graphql-transport-ws');
  const received: string[] = [];
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const text = String(data);
      const { type } = JSON.parse(text) as { type: string };
      if (type === 'connection_ack') return socket.send(`{"type":"subscribe","id":"1","payload":${payload}}`);
      received.push(text);
      if (type === 'next') return undefined;
      socket.close();
      return resolve(received);
    });
  });
}

describe.each<NonNullable<HttpTransportOptions['subscriptions']>>(['shared', 'per subscription', 'event stream'])('numbers that no double holds, in events (%s)', (subscriptions) => {
  const payload = '{"query":"subscription($after: Long) { came(after: $after) }","variables":{"after":9007199254740993}}';

  it.each(['socket', 'event stream'])('reach a client over its %s as the subgraph wrote them, and the subgraph as the client did', async (way) => {
    const subgraph = await startSubgraph();
    const { sdl: supergraph } = compose([{ name: 'one', sdl, resolvers: {} }], { one: subgraph.url });
    const gateway = await startGateway(
      { supergraph, host: '127.0.0.1', port: 0, auth: { mode: 'off' } },
      { logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }, transport: (address) => httpTransport(address, { subscriptions }) },
    );
    try {
      const received = way === 'socket'
        ? (await overSocket(gateway, payload)).join('\n')
        : await (await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream' }, body: payload })).text();
      expect(received).toContain(event);
      expect(subgraph.asked).toHaveLength(1);
      expect(subgraph.asked[0]).toContain('"variables":{"after":9007199254740993}');
    } finally {
      await gateway.stop({ graceMs: 0 });
      await subgraph.stop();
    }
  });
});
