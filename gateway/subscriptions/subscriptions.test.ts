import { once } from 'node:events';
import { WebSocket } from 'ws';
import { RunningShop } from '../testing/running-shop';

const changes = 'subscription($id: ID) { productChanged(id: $id) { sequence product { name rating } } }';

describe('federated subscriptions', () => {
  let shop: RunningShop;
  beforeEach(async () => { shop = await RunningShop.start(); });
  afterEach(() => shop.stop());

  it('delivers each event with what another subgraph adds to it, in order', async () => {
    const results = shop.client().iterate({ query: changes });
    const first = results.next();
    await shop.until(() => shop.shop.open === 1);
    for (const id of ['1', '2', '1', '2']) shop.shop.change(id);
    const seen = [(await first).value, (await results.next()).value, (await results.next()).value, (await results.next()).value];
    expect(seen.map(({ data }) => data)).toEqual([
      { productChanged: { sequence: 1, product: { name: 'Hammer', rating: 1.5 } } },
      { productChanged: { sequence: 2, product: { name: 'Saw', rating: 2.5 } } },
      { productChanged: { sequence: 3, product: { name: 'Hammer', rating: 1.5 } } },
      { productChanged: { sequence: 4, product: { name: 'Saw', rating: 2.5 } } },
    ]);
  });

  it('passes variables on, and aliases back', async () => {
    const query = 'subscription($id: ID) { it: productChanged(id: $id) { n: sequence p: product { r: rating } } }';
    const results = shop.client().iterate({ query, variables: { id: '2' } });
    const first = results.next();
    await shop.until(() => shop.shop.open === 1);
    shop.shop.change('1');
    shop.shop.change('2');
    expect((await first).value.data).toEqual({ it: { n: 1, p: { r: 2.5 } } });
  });

  it('cancels upstream when the client unsubscribes, and when its socket closes', async () => {
    const client = shop.client();
    const unsubscribe = client.subscribe({ query: changes }, { next: () => undefined, error: () => undefined, complete: () => undefined });
    client.subscribe({ query: changes }, { next: () => undefined, error: () => undefined, complete: () => undefined });
    client.subscribe({ query: changes, variables: { id: '1' } }, { next: () => undefined, error: () => undefined, complete: () => undefined });
    await shop.until(() => shop.shop.open === 2);
    unsubscribe();
    // The one that is equal to it goes on.
    await client.iterate({ query: '{ reviewCount }' }).next();
    expect(shop.shop.open).toBe(2);
    client.terminate();
    await shop.until(() => shop.shop.open === 0);
  });

  it('hands on a subscription that its subgraph refuses as an error with its code', async () => {
    const results = shop.client().iterate({ query: 'subscription { refusedAtOnce }' });
    await expect(results.next()).rejects.toMatchObject([{ message: 'Too old', extensions: { code: 'CURSOR_EXPIRED' } }]);
  });

  it('hands on an error in mid-stream after the events before it', async () => {
    const results = shop.client().iterate({ query: 'subscription { failsAfter(count: 2) }' });
    expect((await results.next()).value.data).toEqual({ failsAfter: 1 });
    expect((await results.next()).value.data).toEqual({ failsAfter: 2 });
    await expect(results.next()).rejects.toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }]);
  });

  it('answers queries and mutations on the same socket', async () => {
    const client = shop.client();
    expect((await client.iterate({ query: '{ products { name } }' }).next()).value.data).toEqual({ products: [{ name: 'Hammer' }, { name: 'Saw' }] });
    expect((await client.iterate({ query: 'mutation { add(amount: 2) }' }).next()).value.data).toEqual({ add: 2 });
  });

  it('refuses a bad document or a bad variable with an error message, and lives on', async () => {
    const client = shop.client();
    await expect(client.iterate({ query: '{ nothing }' }).next()).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    await expect(client.iterate({ query: '{{{' }).next()).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
    await expect(client.iterate({ query: changes, variables: { id: {} } }).next()).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'id' } }]);
    expect((await client.iterate({ query: '{ reviewCount }' }).next()).value.data).toEqual({ reviewCount: 1 });
  });
});

describe('a subscriber that does not read', () => {
  it('holds up its own subscription, and nobody else', async () => {
    const shop = await RunningShop.start();
    const socket = new WebSocket(shop.socketUrl, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    socket.pause();
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'subscription { flood(size: 1000000) }' } }));
    const other = shop.client();
    await shop.until(() => shop.shop.flooded > 2);
    let before = -1;
    // Each query gives the flood many turns of the event loop; when none of them lets it rise, it has come to a stop.
    while (before !== shop.shop.flooded) {
      before = shop.shop.flooded;
      for (let query = 0; query < 20; query += 1) expect((await other.iterate({ query: '{ reviewCount }' }).next()).value.data).toEqual({ reviewCount: 1 });
    }
    expect(shop.shop.flooded).toBeLessThan(60);
    socket.resume();
    await shop.until(() => shop.shop.flooded > before + 10);
    socket.terminate();
    await shop.stop();
  });
});
