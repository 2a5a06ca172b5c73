import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@test-planning/kernel/testing';
import { HttpSubgraph } from '../testing/http-subgraph';
import { Generation } from '../testing/generations';
import { RunningShop } from '../testing/running-shop';
import { subgraphSchema } from '../testing/subgraph-schema';
import { httpTransport } from '../transport/http-transport';
import { introspection, uplink } from './apollo-managers';
import { SupergraphUnavailable } from './supergraph-source';

const started: RunningShop[] = [];
async function start(supergraph: ReturnType<typeof uplink>): Promise<RunningShop> {
  const gateway = await RunningShop.start({ supergraph }, { transport: httpTransport });
  started.push(gateway);
  return gateway;
}
afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.stop();
});
const logged = (gateway: RunningShop, message: string) => gateway.log.filter((line) => line.message.startsWith(message));

describe('a supergraph by introspection', () => {
  const pollMs = 20;
  const subgraph = (port: number, ...fields: string[]) => HttpSubgraph.serve(
    subgraphSchema(`type Query { ${fields.map((field) => `${field}: Int`).join(' ')} }`, { Query: Object.fromEntries(fields.map((field, index) => [field, () => index])) }), port,
  );

  it('is composed of what the subgraphs say, and again when one of them says something else', async () => {
    let a = await subgraph(0, 'a');
    const b = await subgraph(0, 'b');
    const port = Number(new URL(a.url).port);
    const gateway = await start(introspection([{ name: 'a', url: a.url }, { name: 'b', url: b.url }], { pollMs }));
    expect((await gateway.ask('{ a b }')).data).toEqual({ a: 0, b: 0 });

    await a.stop();
    await eventually(() => expect(logged(gateway, 'The supergraph could not be brought up to date')).toMatchObject([{ level: 'error', fields: { err: { message: expect.stringContaining('"a"') } } }]));
    expect((await gateway.ask('{ b }')).data).toEqual({ b: 0 });

    a = await subgraph(port, 'a', 'more');
    await eventually(async () => expect((await gateway.ask('{ a more b }')).data).toEqual({ a: 0, more: 1, b: 0 }));
    expect(logged(gateway, 'Another supergraph is served')).toMatchObject([{ fields: { subgraphs: { added: [], removed: [], moved: [], changed: ['a'] } } }]);

    // What can't be composed is refused by composition.
    await a.stop();
    a = await HttpSubgraph.serve(subgraphSchema('type Query { b: String }', {}), port);
    await eventually(() => expect(gateway.log.some(({ fields }) => /composed/.test(String((fields as { err?: Error }).err?.message)))).toBe(true));
    expect((await gateway.ask('{ b }')).data).toEqual({ b: 0 });
    await gateway.stop();
    await a.stop();
    await b.stop();
  });

  it('has what one of them said while another one was gone', async () => {
    const says = { a: 'type Query { a: Int }', b: 'type Query { b: Int }' };
    const asked = { a: 0, b: 0 };
    let isGone = false;
    const gateway = await RunningShop.start({ supergraph: introspection([{ name: 'a', url: 'http://a/' }, { name: 'b', url: 'http://b/' }], { pollMs }) }, {
      transport: ({ name }) => ({
        execute: () => {
          asked[name as 'a' | 'b'] += 1;
          return isGone && name === 'b' ? Promise.reject(new Error('gone')) : Promise.resolve({ data: { _service: { sdl: says[name as 'a' | 'b'] } } });
        },
        subscribe: () => { throw new Error('Not asked here'); },
        stop: () => Promise.resolve(),
      }),
    });
    started.push(gateway);
    isGone = true;
    says.a = 'type Query { a: Int more: Int }';
    const before = asked.a;
    await eventually(() => expect(asked.a).toBeGreaterThan(before + 2));
    expect(logged(gateway, 'Another supergraph is served')).toEqual([]);
    isGone = false;
    await eventually(() => expect(logged(gateway, 'Another supergraph is served')).toMatchObject([{ fields: { subgraphs: { changed: ['a'] } } }]));

    // And where nothing was new, it is told that all is well again.
    const told = () => logged(gateway, 'The supergraph can be had again').length;
    const times = told();
    isGone = true;
    await eventually(() => expect(logged(gateway, 'The supergraph could not be brought up to date')).toHaveLength(times + 1));
    isGone = false;
    await eventually(() => expect(told()).toBe(times + 1));
  });

  it('can\'t be had at the start while one of them is not there, and says why', async () => {
    const starting = start(introspection([{ name: 'a', url: 'http://127.0.0.1:1/' }]));
    await expect(starting).rejects.toThrow(SupergraphUnavailable);
    await expect(starting).rejects.toThrow(/^There is no supergraph by introspection of a: Couldn't load service definitions for "a" at .*ECONNREFUSED/);
  });

  it('is let be when the gateway stops while a subgraph is asked', async () => {
    let isSilent = false;
    let asked = 0;
    const schema = subgraphSchema('type Query { a: Int }', {});
    const answering = await HttpSubgraph.serve(schema);
    const server = createServer((request, response) => {
      asked += 1;
      if (isSilent) return;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        void fetch(answering.url, { method: 'POST', body: Buffer.concat(chunks) }).then(async (answer) => response.end(await answer.text()));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const gateway = await start(introspection([{ name: 'a', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }], { pollMs }));
    isSilent = true;
    const before = asked;
    await eventually(() => expect(asked).toBeGreaterThan(before));
    await gateway.stop();
    expect(logged(gateway, 'The source of the supergraph')).toEqual([]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await answering.stop();
  });
});

describe('a supergraph by Apollo Uplink', () => {
  let server: Server;
  let endpoint: string;
  let held: { id: string; sdl: string } | undefined;
  let asked: { ref: string; apiKey: string; ifAfterId: string | null }[];
  let generations: Generation[];
  let isBroken: boolean;

  beforeEach(async () => {
    asked = [];
    isBroken = false;
    generations = [await Generation.serve('first'), await Generation.serve('second')];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const { variables } = JSON.parse(String(Buffer.concat(chunks))) as { variables: (typeof asked)[number] };
        asked.push(variables);
        if (isBroken) return void response.writeHead(500).end();
        const routerConfig = variables.apiKey !== 'key'
          ? { __typename: 'FetchError', code: 'AUTHENTICATION_FAILED', message: 'No such key' }
          : !held || held.id === variables.ifAfterId
            ? { __typename: 'Unchanged' }
            : { __typename: 'RouterConfigResult', id: held.id, supergraphSdl: held.sdl, minDelaySeconds: 0.02 };
        return void response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: { routerConfig } }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(async () => {
    for (const gateway of started.splice(0)) await gateway.stop();
    for (const generation of generations) await generation.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is served, and followed when there is another', async () => {
    const [first, second] = generations;
    held = { id: '1', sdl: first?.sdl ?? '' };
    const gateway = await start(uplink({ apiKey: 'key', graphRef: 'graph@variant', endpoints: [endpoint] }));
    expect((await gateway.ask('{ ordersAre }')).data).toEqual({ ordersAre: 'first' });
    expect(asked[0]).toMatchObject({ ref: 'graph@variant', ifAfterId: null });
    held = { id: '2', sdl: second?.sdl ?? '' };
    await eventually(async () => expect((await gateway.ask('{ ordersAre stockIs }')).data).toEqual({ ordersAre: 'second', stockIs: 'second' }));
    expect(asked.some(({ ifAfterId }) => ifAfterId === '1')).toBe(true);
  });

  it('goes on being served while Uplink fails, which is told until it answers again', async () => {
    held = { id: '1', sdl: generations[0]?.sdl ?? '' };
    const gateway = await start(uplink({ apiKey: 'key', graphRef: 'graph@variant', endpoints: [endpoint] }));
    isBroken = true;
    await eventually(() => expect(logged(gateway, 'The supergraph could not be brought up to date')).toHaveLength(1));
    expect((await gateway.ask('{ ordersAre }')).data).toEqual({ ordersAre: 'first' });
    isBroken = false;
    await eventually(() => expect(logged(gateway, 'The supergraph can be had again')).toHaveLength(1));
  });

  it('can\'t be had without a key that counts', async () => {
    const starting = start(uplink({ apiKey: 'wrong', graphRef: 'graph@variant', endpoints: [endpoint], retriesAtStart: 0 }));
    await expect(starting).rejects.toThrow('There is no supergraph by Apollo Uplink, graph@variant: AUTHENTICATION_FAILED: No such key');
  });
});
