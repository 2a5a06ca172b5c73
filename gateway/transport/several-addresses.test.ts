import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@test-planning/kernel/testing';
import { HttpSubgraph } from '../testing/http-subgraph';
import { subgraphSchema } from '../testing/subgraph-schema';
import { httpTransport, type HttpTransportOptions } from './http-transport';
import { subgraphOperation } from './subgraph-operation';
import { SubgraphUnreachable, type SubgraphTransport } from './subgraph-transport';

const nowhere = 'http://127.0.0.1:1/graphql';

describe('a subgraph at several addresses', () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  /** An instance that says its name, and keeps a list of the mutations that it carried out. */
  const instance = async (name: string) => {
    const carriedOut: string[] = [];
    const schema = subgraphSchema('type Query { name: String! } type Mutation { act(what: String!): String! }', {
      Query: { name: () => name },
      Mutation: { act: (_, { what }) => { carriedOut.push(what as string); return name; } },
    });
    const subgraph = await HttpSubgraph.serve(schema);
    stops.push(subgraph.stop);
    return { url: subgraph.url, carriedOut };
  };
  /** Is in good health, but takes a request in and breaks the connection, as a process that is killed. */
  const breaking = async () => {
    const taken: string[] = [];
    const server: Server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => { body += String(chunk); });
      request.on('end', () => {
        if (body.includes('__typename')) return response.end('{"data":{"__typename":"Query"}}');
        taken.push(body);
        return request.socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, taken };
  };
  const open = (url: string, options: HttpTransportOptions = {}): SubgraphTransport => {
    const transport = httpTransport({ name: 'many', url }, options);
    stops.push(() => transport.stop());
    return transport;
  };
  const ask = async (transport: SubgraphTransport) => (await transport.execute({ operation: subgraphOperation('{ name }'), headers: {} })).data?.['name'];
  const act = async (transport: SubgraphTransport, what = 'it') =>
    (await transport.execute({ operation: subgraphOperation('mutation($what: String!) { act(what: $what) }'), variables: { what }, headers: {} })).data?.['act'];

  it('takes them in turn', async () => {
    const [a, b] = [await instance('a'), await instance('b')];
    const transport = open(nowhere, { urls: [a.url, b.url] });
    const names = [await ask(transport), await ask(transport), await ask(transport), await ask(transport)];
    expect(names.sort()).toEqual(['a', 'a', 'b', 'b']);
  });

  it.each([['a query', ask], ['a mutation', act]])('asks another when one refuses the connection: %s', async (_, send) => {
    const a = await instance('a');
    // Before it is known that nobody is there, and afterwards.
    const transport = open(nowhere, { urls: [a.url, nowhere] });
    for (let number = 0; number < 4; number += 1) expect(await send(transport)).toBe('a');
    expect(a.carriedOut).toHaveLength(send === act ? 4 : 0);
    await eventually(() => expect(transport.reach?.()).toEqual({ kind: 'reached' }));
  });

  it('sends mutations where they are to go, and nothing else', async () => {
    const [queries, commands] = [await instance('queries'), await instance('commands')];
    const transport = open(queries.url, { mutationUrls: [commands.url] });
    expect([await ask(transport), await act(transport), await ask(transport), await act(transport)]).toEqual(['queries', 'commands', 'queries', 'commands']);
    expect(queries.carriedOut).toEqual([]);
    expect(commands.carriedOut).toEqual(['it', 'it']);
  });

  it('asks a query again when its connection breaks, but never sends a mutation twice', async () => {
    const [broken, well] = [await breaking(), await instance('well')];
    await expect(ask(open(broken.url))).rejects.toThrow(SubgraphUnreachable);
    expect(broken.taken).toHaveLength(3);
    broken.taken.length = 0;
    // In whichever order they are taken: each mutation is carried out or taken in at one place.
    const outcomes = await Promise.allSettled(['1', '2', '3', '4'].map((what) => act(open(nowhere, { urls: [broken.url, well.url] }), what)));
    const turns = open(nowhere, { urls: [broken.url, well.url] });
    outcomes.push(...await Promise.allSettled(['5', '6'].map((what) => act(turns, what))));
    expect(broken.taken.length).toBeGreaterThan(0);
    const seen = [...well.carriedOut, ...broken.taken.map((body) => (JSON.parse(body) as { variables: { what: string } }).variables.what)];
    expect(seen.sort()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(well.carriedOut.length);
  });

  it('knows whether it can be reached, also when nobody asks', async () => {
    const a = await instance('a');
    const [reached, lost] = [open(a.url), open(nowhere)];
    await eventually(() => {
      expect(reached.reach?.()).toEqual({ kind: 'reached' });
      expect(lost.reach?.()).toEqual({ kind: 'unreachable', problem: expect.stringContaining('ECONNREFUSED') });
    });
  });

  it('says which address is none', () => {
    expect(() => httpTransport({ name: 'many', url: '' })).toThrow('"" is no usable address of the subgraph "many"');
  });
});
