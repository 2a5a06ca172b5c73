import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@test-planning/kernel/testing';
import { HttpSubgraph } from './testing/http-subgraph';
import { ProtocolSocket } from './testing/protocol-socket';
import { compose, RunningShop } from './testing/running-shop';
import { subgraphSchema } from './testing/subgraph-schema';
import { Issuer } from './testing/tokens';
import { httpTransport } from './transport/http-transport';
import type { HttpTransportOptions } from './transport/http-transport';
import { inProcessTransport } from './transport/in-process-transport';
import type { HeaderRules } from './transport/header-rules';

/** Tells which headers it was subscribed or asked with, and then nothing. */
const telling = {
  name: 'telling',
  sdl: 'type Query { headers: String } type Subscription { headers: String }',
  resolvers: {
    Query: { headers: (_: unknown, __: unknown, { headers }: { headers: object }) => JSON.stringify(headers) },
    Subscription: {
      headers: {
        subscribe: async function* (_: unknown, __: unknown, { headers }: { headers: object }) {
          yield { headers: JSON.stringify(headers) };
          await new Promise(() => undefined);
        },
      },
    },
  },
};
const { sdl } = compose([telling as never], { telling: 'http://127.0.0.1:1/graphql' });
const schema = subgraphSchema(telling.sdl, telling.resolvers as never);

describe('the payload of connection_init', () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  const start = async (headers: HeaderRules | undefined, way: HttpTransportOptions['subscriptions'] | 'in process' = 'in process') => {
    const subgraph = await HttpSubgraph.serve(schema);
    stops.push(subgraph.stop);
    const gateway = await RunningShop.start({ supergraph: sdl, ...(headers ? { headers } : {}) }, {
      transport: (address) => (way === 'in process' ? inProcessTransport({ schema, contextOf: (given) => ({ headers: given }) }) : httpTransport(address, { urls: [subgraph.url], subscriptions: way })),
    });
    stops.push(() => gateway.stop());
    return { gateway, subgraph };
  };
  /** The headers that the subgraph was given for a client with this payload. */
  const headersFor = async (gateway: RunningShop, payload: object, { query = 'subscription { headers }', headers = {} } = {}) => {
    const socket = await ProtocolSocket.open(gateway.socketUrl, { headers });
    stops.push(() => Promise.resolve(socket.socket.terminate()));
    socket.send({ type: 'connection_init', payload });
    await socket.until(({ type }) => type === 'connection_ack');
    socket.subscribe('1', query);
    await socket.until(({ type }) => type === 'next');
    return JSON.parse((socket.data('1')[0] as { headers: string }).headers) as Record<string, unknown>;
  };
  const tenant: HeaderRules = { propagateInit: [{ key: 'tenant', header: 'x-tenant' }, { key: 'Locale' }] };

  it('stays here by default', async () => {
    const { gateway } = await start(undefined);
    expect(await headersFor(gateway, { tenant: 'one' })).toEqual({});
  });

  it.each(['in process', 'shared', 'per subscription', 'event stream'] as const)('goes along by key, each client with its own: %s', async (way) => {
    const { gateway } = await start(tenant, way);
    expect(await headersFor(gateway, { Tenant: 'one', locale: 'de', other: 'x' })).toMatchObject({ 'x-tenant': 'one', locale: 'de' });
    const other = await headersFor(gateway, { tenant: 2, locale: { a: 1 } });
    expect(other).toMatchObject({ 'x-tenant': '2' });
    expect(other).not.toHaveProperty('locale');
    expect(other).not.toHaveProperty('other');
    expect(await headersFor(gateway, { tenant: 'three' }, { query: '{ headers }' })).toMatchObject({ 'x-tenant': 'three' });
  });

  it('wins over a header of the request, and gives no text that no header may have', async () => {
    const { gateway } = await start({ propagateInit: [{ key: 'tenant', header: 'x-tenant' }], propagate: [{ name: 'x-tenant' }] });
    expect(await headersFor(gateway, { tenant: 'init' }, { headers: { 'x-tenant': 'request' } })).toEqual({ 'x-tenant': 'init' });
    expect(await headersFor(gateway, {}, { headers: { 'x-tenant': 'request' } })).toEqual({ 'x-tenant': 'request' });
    expect(await headersFor(gateway, { tenant: 'a\nb' })).toEqual({});
  });

  it.each<[string, HeaderRules]>([
    ['alone', {}],
    ['beside all headers', { propagate: [{ name: '*' }] }],
  ])('reaches no subgraph that its rule does not name: %s', async (_, rules) => {
    const { gateway } = await start({ ...rules, propagateInit: [{ key: 'tenant', subgraphs: ['another'] }] });
    const headers = await headersFor(gateway, { tenant: 'one' });
    expect(Object.entries(headers).filter(([name, value]) => name.includes('tenant') || value === 'one')).toEqual([]);
  });

  it('counts for its token before the header of the request, which counts alone where there is none', async () => {
    const issuer = await Issuer.make();
    const gateway = await RunningShop.start({ supergraph: sdl, auth: issuer.auth, internalIdentity: { secret: 's'.repeat(32) } }, { transport: () => inProcessTransport({ schema, contextOf: (headers) => ({ headers }) }) });
    stops.push(() => gateway.stop());
    const subjectIn = (headers: Record<string, unknown>) => (JSON.parse(Buffer.from(String(headers['gateway-identity']).split('.')[1] ?? '', 'base64url').toString()) as { sub?: string }).sub;
    const bearer = async (subject: string) => ({ authorization: `Bearer ${await issuer.token({ subject })}` });
    expect(subjectIn(await headersFor(gateway, {}, { headers: await bearer('ada') }))).toBe('ada');
    expect(subjectIn(await headersFor(gateway, await bearer('bob'), { headers: await bearer('ada') }))).toBe('bob');
    // What a browser sends by itself is none.
    expect(await headersFor(gateway, {}, { headers: { authorization: 'Basic YTpi' } })).toEqual({});
    const socket = await ProtocolSocket.open(gateway.socketUrl, { headers: { authorization: 'Bearer none' } });
    socket.send({ type: 'connection_init' });
    expect((await socket.closed).code).toBe(4403);
  });
});

describe('subscriptions with an address of their own', () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  const first = async (gateway: RunningShop) => {
    const { value } = await gateway.client().iterate({ query: 'subscription { headers }' }).next();
    return value as { data?: unknown };
  };

  it.each([
    ['ws', 'shared'],
    ['ws', 'per subscription'],
    ['http', 'shared'],
    ['http', 'event stream'],
  ] as const)('go there, and queries where they went: %s, %s', async (scheme, subscriptions) => {
    const live = await HttpSubgraph.serve(schema);
    const queries = await HttpSubgraph.serve(subgraphSchema(telling.sdl, { ...telling.resolvers, Query: { headers: () => 'queries' }, Subscription: {} } as never));
    const gateway = await RunningShop.start({ supergraph: sdl }, {
      transport: (address) => httpTransport(address, { urls: [queries.url], subscriptionUrls: [live.url.replace('http', scheme)], subscriptions }),
    });
    stops.push(live.stop, queries.stop, () => gateway.stop());
    expect(await first(gateway)).toHaveProperty('data.headers');
    expect((await gateway.ask('{ headers }')).data).toEqual({ headers: 'queries' });
  });

  it('are not asked whether they are there, and do not make the subgraph count as lost', async () => {
    let asked = 0;
    const nobody = createServer(({ method }, response) => {
      if (method === 'POST') asked += 1;
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    const queries = await HttpSubgraph.serve(schema);
    const gateway = await RunningShop.start({ supergraph: sdl }, {
      transport: (address) => httpTransport(address, { urls: [queries.url], subscriptionUrls: [`ws://127.0.0.1:${(nobody.address() as AddressInfo).port}/live`] }),
    });
    stops.push(async () => void nobody.close(), queries.stop, () => gateway.stop());
    await expect(first(gateway)).rejects.toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    await eventually(async () => expect((await fetch(new URL('/health/ready', gateway.url))).status).toBe(200));
    expect(asked).toBe(0);
  });
});
