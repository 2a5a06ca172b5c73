import { eventually } from '@test-planning/kernel/testing';
import { HttpSubgraph } from './testing/http-subgraph';
import { compose, RunningShop } from './testing/running-shop';
import { Shop } from './testing/shop';
import { startGateway } from './service';
import { httpTransport } from './transport/http-transport';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('a gateway', () => {
  it('serves the same over HTTP as in process: queries, and subscriptions with what another subgraph adds', async () => {
    const source = new Shop();
    const { schemas } = compose(source.subgraphs());
    const served = new Map(await Promise.all([...schemas].map(async ([name, schema]) => [name, await HttpSubgraph.serve(schema)] as const)));
    const { sdl } = compose(source.subgraphs(), Object.fromEntries([...served].map(([name, { url }]) => [name, url])));
    const shop = await RunningShop.start({ supergraph: sdl }, { transport: httpTransport });

    expect((await shop.ask('{ products { name rating } catalogue { ... on Tool { label } } }')).data).toEqual({
      products: [{ name: 'Hammer', rating: 1.5 }, { name: 'Saw', rating: 2.5 }], catalogue: [{}, { label: 'Lathe' }],
    });
    const events = shop.client().iterate({ query: 'subscription { productChanged { sequence product { name rating } } }' });
    const first = events.next();
    await shop.until(() => source.open === 1);
    source.change('2');
    source.change('1');
    expect((await first).value.data).toEqual({ productChanged: { sequence: 1, product: { name: 'Saw', rating: 2.5 } } });
    expect((await events.next()).value.data).toEqual({ productChanged: { sequence: 2, product: { name: 'Hammer', rating: 1.5 } } });
    await events.return?.();
    await shop.until(() => source.open === 0);

    await shop.stop();
    for (const subgraph of served.values()) await subgraph.stop();
  });

  it('tells its health', async () => {
    let ok = false;
    const shop = await RunningShop.start({}, { ready: () => Promise.resolve({ ok, details: { log: 'behind' } }) });
    const health = async (path: string) => {
      const response = await fetch(new URL(path, shop.url));
      return { status: response.status, body: await response.json() as unknown };
    };
    expect((await health('/health/live')).status).toBe(200);
    expect(await health('/health/ready')).toEqual({ status: 503, body: { status: 'not ready', log: 'behind', supergraph: { id: expect.stringMatching(/^[0-9a-f]{12}$/), since: expect.any(String), source: 'given at the start' }, subgraphs: { products: 'reached', reviews: 'reached' } } });
    ok = true;
    expect((await health('/health/ready')).status).toBe(200);
    await shop.stop();
  });

  it('is ready as long as it reaches one of its subgraphs', async () => {
    const source = new Shop();
    const { schemas, sdl } = compose(source.subgraphs());
    const served = new Map(await Promise.all([...schemas].map(async ([name, schema]) => [name, await HttpSubgraph.serve(schema)] as const)));
    const shop = await RunningShop.start({ supergraph: sdl }, { transport: (subgraph) => httpTransport({ ...subgraph, url: served.get(subgraph.name)?.url ?? '' }) });
    const ready = async () => {
      const response = await fetch(new URL('/health/ready', shop.url));
      return { status: response.status, ...await response.json() as object };
    };
    await eventually(async () => expect(await ready()).toMatchObject({ status: 'ready', subgraphs: { products: 'reached', reviews: 'reached' } }));
    await served.get('reviews')?.stop();
    await shop.ask('{ reviewCount }');
    expect(await ready()).toMatchObject({ status: 'ready', subgraphs: { products: 'reached', reviews: expect.not.stringMatching(/^reached$/) } });
    await served.get('products')?.stop();
    await shop.ask('{ stock }');
    expect(await ready()).toMatchObject({ status: 'not ready', subgraphs: { products: expect.stringContaining('ECONNREFUSED'), reviews: expect.not.stringMatching(/^reached$/) } });
    await shop.stop();
  });

  it('asks the routes it was given', async () => {
    const shop = await RunningShop.start({}, {
      routes: [async (request, response) => {
        if (request.url !== '/sign-in') return false;
        response.end('welcome');
        return Promise.resolve(true);
      }],
    });
    expect(await (await fetch(new URL('/sign-in', shop.url))).text()).toBe('welcome');
    expect((await fetch(new URL('/nowhere', shop.url))).status).toBe(404);
    await shop.stop();
  });

  it('hides its schema where introspection is off', async () => {
    const shop = await RunningShop.start({ introspection: false });
    const introspection = '{ __schema { __typename } }';
    expect(await shop.ask(introspection)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
    await expect(shop.client().iterate({ query: introspection }).next()).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    await shop.stop();
  });

  it.each([
    ['is no SDL', 'type {', 'Not a supergraph SDL: '],
    ['is a plain schema', 'type Query { a: Int }', 'Not a supergraph SDL: '],
  ])('refuses to start when the supergraph %s', async (_, supergraph, message) => {
    const start = startGateway({ supergraph, host: '127.0.0.1', port: 0, auth: { mode: 'off' } }, { logger: silent, transport: httpTransport });
    await expect(start).rejects.toThrow(message);
  });

  it('refuses to start with @policy, which it would not enforce', async () => {
    const { sdl } = compose([{
      name: 'a', resolvers: {}, sdl: 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@policy"]) type Query { a: Int @policy(policies: [["p"]]) }',
    }]);
    const start = startGateway({ supergraph: sdl, host: '127.0.0.1', port: 0, auth: { mode: 'off' } }, { logger: silent, transport: httpTransport });
    await expect(start).rejects.toThrow('The supergraph uses @policy, which this gateway does not enforce');
  });

  it('says that a port is taken, and leaves nothing behind', async () => {
    const first = await RunningShop.start();
    await expect(RunningShop.start({ port: Number(new URL(first.url).port) })).rejects.toThrow('EADDRINUSE');
    await first.stop();
  });
});

describe('a gateway that stops', () => {
  const code = (shop: RunningShop) => new Promise<number>((resolve) => {
    shop.client(undefined, (event) => resolve(event.code));
  });

  it('answers what it was asked, over HTTP and over sockets, takes nothing new, and closes sockets with 1001', async () => {
    const shop = await RunningShop.start();
    const closed = code(shop);
    const client = shop.client();
    const overHttp = shop.ask('{ slow }');
    const overSocket = client.iterate({ query: 'mutation { slowly }' }).next();
    await shop.until(() => shop.shop.calls.length === 2);
    let stopped = false;
    const stopping = shop.drain(5_000).then(() => { stopped = true; });
    expect(await closed).toBe(1001);
    await expect(fetch(shop.url)).rejects.toThrow();
    await expect(client.iterate({ query: '{ stock }' }).next()).rejects.toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(stopped).toBe(false);
    const answered = performance.now();
    shop.shop.gate.resolve(undefined);
    expect((await overHttp).data).toEqual({ slow: 'done' });
    expect((await overSocket).value.data).toEqual({ slowly: 'done' });
    await stopping;
    // Not only when the connection, which its client would keep, has been idle for long.
    expect(performance.now() - answered).toBeLessThan(1_500);
    await shop.stop();
  });

  it('ends subscriptions at once', async () => {
    const shop = await RunningShop.start();
    const closed = new Promise<number>((resolve) => {
      const client = shop.client(undefined, (event) => resolve(event.code));
      client.subscribe({ query: 'subscription { productChanged { sequence } }' }, { next: () => undefined, error: () => undefined, complete: () => undefined });
    });
    await shop.until(() => shop.shop.open === 1);
    await shop.drain(5_000);
    expect(await closed).toBe(1001);
    expect(shop.shop.open).toBe(0);
    await shop.stop();
  });

  it('waits no longer than it was told to', async () => {
    const shop = await RunningShop.start();
    const overHttp = shop.ask('{ slow }');
    overHttp.catch(() => undefined);
    await shop.until(() => shop.shop.calls.length === 1);
    await shop.drain(50);
    await expect(overHttp).rejects.toThrow();
    shop.shop.gate.resolve(undefined);
  });
});
