import { WebSocket } from 'ws';
import { RunningShop } from './testing/running-shop';

describe('headers of the client', () => {
  let shop: RunningShop;
  afterEach(() => shop.stop());
  const headers = { 'x-tenant': 'a', 'x-secret': 's', 'gateway-identity': 'forged' };
  const sentTo = (name: string) => shop.sent.filter(({ subgraph }) => subgraph === name).map((request) => request.headers);

  it('stay here by default', async () => {
    shop = await RunningShop.start();
    await shop.ask('{ products { name } }', {}, headers);
    expect(sentTo('products')).toEqual([{}]);
  });

  it('go along by rule, over HTTP and over a socket', async () => {
    shop = await RunningShop.start({ headers: { propagate: [{ name: 'x-tenant', rename: 'x-org', subgraphs: ['products'] }], insert: [{ name: 'x-from', value: 'gateway' }] } });
    await shop.ask('{ products { name rating } }', {}, headers);
    const socket = new WebSocket(shop.socketUrl, 'graphql-transport-ws', { headers });
    const answered = new Promise<unknown>((resolve) => socket.on('message', (data) => {
      const message = JSON.parse(String(data as Buffer)) as { type: string };
      if (message.type === 'connection_ack') socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ products { name } }' } }));
      if (message.type === 'next') resolve(message);
    }));
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    await answered;
    socket.close();
    expect(sentTo('products')).toEqual([{ 'x-org': 'a', 'x-from': 'gateway' }, { 'x-org': 'a', 'x-from': 'gateway' }]);
    expect(sentTo('reviews')).toEqual([{ 'x-from': 'gateway' }]);
  });
});
