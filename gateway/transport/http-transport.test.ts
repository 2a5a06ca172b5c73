import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpSubgraph } from '../testing/http-subgraph';
import { subgraphSchema } from '../testing/subgraph-schema';
import { httpTransport } from './http-transport';
import { subgraphOperation } from './subgraph-operation';
import { SubgraphUnreachable } from './subgraph-transport';
import { transportContract } from './transport-contract';

transportContract('over HTTP, subscriptions on sockets that they may share', async (schema) => {
  const subgraph = await HttpSubgraph.serve(schema);
  return { transport: httpTransport({ name: 'counter', url: subgraph.url }), stop: subgraph.stop };
});

transportContract('over HTTP, each subscription on its own socket', async (schema) => {
  const subgraph = await HttpSubgraph.serve(schema);
  return { transport: httpTransport({ name: 'counter', url: subgraph.url }, { subscriptions: 'per subscription' }), stop: subgraph.stop };
});

transportContract('over HTTP, each subscription as server-sent events', async (schema) => {
  const subgraph = await HttpSubgraph.serve(schema);
  return { transport: httpTransport({ name: 'counter', url: subgraph.url }, { subscriptions: 'event stream' }), stop: subgraph.stop };
});

describe('over HTTP', () => {
  const unreachable = async (url: string, options?: { timeoutMs: number }) => {
    const transport = httpTransport({ name: 'lost', url }, options);
    await expect(transport.execute({ operation: subgraphOperation('{ a }'), headers: {} })).rejects.toThrow(SubgraphUnreachable);
    await expect(transport.subscribe({ operation: subgraphOperation('subscription { a }'), headers: {} }).next()).rejects.toThrow('The subgraph "lost" can\'t be reached');
    await transport.stop();
  };

  it('says that nobody listens', () => unreachable('http://127.0.0.1:1/graphql'));

  it.each(['<html>', '"text"', '{"message":"no"}', ''])('says that the answer is no GraphQL: %s', async (answer) => {
    const server = createServer((_, response) => response.writeHead(502).end(answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await unreachable(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
    server.close();
  });

  it.each(['shared', 'per subscription', 'event stream'] as const)('listens no more to who wanted a subscription that is over: %s', async (subscriptions) => {
    const transport = httpTransport({ name: 'lost', url: 'http://127.0.0.1:1/graphql' }, { subscriptions });
    const { signal } = new AbortController();
    // A header that can't be sent ends one over HTTP as it begins.
    const some: readonly Readonly<Record<string, string>>[] = [{}, { a: 'b\nc' }];
    for (const headers of some) await expect(transport.subscribe({ operation: subgraphOperation('subscription { a }'), headers, signal }).next()).rejects.toThrow(SubgraphUnreachable);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await transport.stop();
  });

  it('does not wait for ever', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const transport = httpTransport({ name: 'lost', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }, { timeoutMs: 100 });
    await expect(transport.execute({ operation: subgraphOperation('{ a }'), headers: {} })).rejects.toThrow(SubgraphUnreachable);
    await transport.stop();
    server.closeAllConnections();
    server.close();
  });

  it('tells a reader that the subgraph went away in mid-stream', async () => {
    const schema = subgraphSchema('type Query { a: Int } type Subscription { a: Int }', {
      Subscription: {
        a: {
          subscribe: async function* () {
            yield { a: 1 };
            await new Promise(() => undefined);
          },
        },
      },
    });
    const subgraph = await HttpSubgraph.serve(schema);
    const transport = httpTransport({ name: 'counter', url: subgraph.url });
    const events = transport.subscribe({ operation: subgraphOperation('subscription { a }'), headers: {} });
    expect((await events.next()).value).toEqual({ data: { a: 1 } });
    const waiting = events.next();
    subgraph.breakSockets();
    await expect(waiting).rejects.toThrow(SubgraphUnreachable);
    await transport.stop();
    await subgraph.stop();
  });
});
