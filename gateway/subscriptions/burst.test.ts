import { eventually } from '@test-planning/kernel/testing';
import { compose, RunningShop } from '../testing/running-shop';
import { HttpSubgraph } from '../testing/http-subgraph';
import { subgraphSchema } from '../testing/subgraph-schema';
import { httpTransport } from '../transport/http-transport';
import type { HttpTransportOptions } from '../transport/http-transport';
import { inProcessTransport } from '../transport/in-process-transport';

const head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

/** Subscriptions at the subgraph that neither ended nor were left. */
let open = 0;

/** Brings any number of products at once; their prices are another subgraph's. */
const products = {
  name: 'products',
  sdl: `${head} type Query { a: Int } type Subscription { many(n: Int!): Product } type Product @key(fields: "id") { id: ID! }`,
  resolvers: {
    Subscription: {
      many: {
        subscribe: async function* (_: unknown, { n }: { n: number }) {
          open += 1;
          try {
            for (let id = 1; id <= n; id += 1) yield { many: { id } };
          } finally {
            open -= 1;
          }
        },
      },
    },
  },
};
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};
const prices = (turnsToAnswer: number, answered: Promise<undefined>) => ({
  name: 'prices',
  sdl: `${head} type Query { b: Int } type Product @key(fields: "id") { id: ID! price: Int }`,
  resolvers: {
    Product: {
      __resolveReference: (reference: object) => reference,
      price: async ({ id }: { id: string }) => {
        await turns(turnsToAnswer);
        await answered;
        return Number(id) * 2;
      },
    },
  },
});

describe('a burst of events that another subgraph completes', () => {
  let gateway: RunningShop;
  const stops: (() => Promise<unknown>)[] = [];
  const start = async (way: HttpTransportOptions['subscriptions'] | 'in process', turnsToAnswer: number, options: HttpTransportOptions = {}, answered = Promise.resolve(undefined)) => {
    const sources = [products, prices(turnsToAnswer, answered)];
    const schemas = new Map(sources.map(({ name, sdl, resolvers }) => [name, subgraphSchema(sdl, resolvers as never)]));
    const urls: Record<string, string> = {};
    for (const [name, schema] of schemas) {
      if (way === 'in process') continue;
      const subgraph = await HttpSubgraph.serve(schema);
      stops.push(subgraph.stop);
      urls[name] = subgraph.url;
    }
    gateway = await RunningShop.start({ supergraph: compose(sources as never, urls).sdl }, {
      transport: (address) => (way === 'in process'
        ? inProcessTransport({ schema: schemas.get(address.name) as never, contextOf: (headers) => ({ headers }) })
        : httpTransport(address, { subscriptions: way, ...options })),
    });
  };
  afterEach(async () => {
    await gateway.stop();
    for (const stop of stops.splice(0)) await stop();
  });
  /** All that a client gets that reads everything, and its end. */
  const everything = (n: number) => new Promise<{ ids: number[]; end: unknown }>((resolve) => {
    const ids: number[] = [];
    gateway.client().subscribe({ query: `subscription { many(n: ${n}) { id price } }` }, {
      next: ({ data }) => {
        const { id, price } = (data as { many: { id: string; price: number } }).many;
        if (price === 2 * Number(id)) ids.push(Number(id));
      },
      error: (end) => resolve({ ids, end }),
      complete: () => resolve({ ids, end: 'complete' }),
    });
  });
  const all = (n: number) => ({ ids: Array.from({ length: n }, (_, index) => index + 1), end: 'complete' });

  it.each<[HttpTransportOptions['subscriptions'] | 'in process', number, number]>([
    ['shared', 110, 0],
    ['shared', 500, 20],
    ['shared', 5_000, 0],
    ['per subscription', 2_000, 0],
    ['event stream', 2_000, 0],
    ['in process', 2_000, 0],
  ])('reaches two clients whole and in order: %s, %d events', async (way, n, turnsToAnswer) => {
    await start(way, turnsToAnswer);
    expect(await Promise.all([everything(n), everything(n)])).toEqual([all(n), all(n)]);
  });

  it('ends a subscription that holds up others for too long, and names the subgraph that is slow', async () => {
    const answered = Promise.withResolvers<undefined>();
    await start('shared', 0, { maxOwnSockets: 0, holdUpMs: 50, maxQueuedBytes: 10_000 }, answered.promise);
    const ends = [everything(200_000), everything(200_001)];
    await eventually(() => expect(open).toBe(2));
    await eventually(() => expect(open).toBeLessThan(2));
    answered.resolve(undefined);
    const end = await Promise.race(ends.map(async (each) => (await each).end));
    expect(end).toMatchObject([{ message: 'The subgraph "prices", which completes the events, did not keep up with the events of the subgraph "products", and the subscription has ended: subscribe again, from the last cursor if there is one', extensions: { code: 'UNAVAILABLE' } }]);
  });
});
