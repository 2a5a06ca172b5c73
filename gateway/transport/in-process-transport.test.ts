import { buildSchema, GraphQLError, OperationTypeNode } from 'graphql';
import { subgraphSchema } from '../testing/subgraph-schema';
import { inProcessTransport } from './in-process-transport';
import { subgraphOperation } from './subgraph-operation';
import { transportContract } from './transport-contract';

transportContract('in process', (schema) => Promise.resolve({
  transport: inProcessTransport({ schema, contextOf: (headers, _signal, tellPosition) => ({ headers, tellPosition }) }),
  stop: () => Promise.resolve(),
}));

describe('in process', () => {
  const schema = buildSchema('type Query { a: Int } type Subscription { a: Int }');

  it('refuses what the schema does not have', async () => {
    const transport = inProcessTransport({ schema, contextOf: () => undefined });
    expect((await transport.execute({ operation: { kind: OperationTypeNode.QUERY, query: '{ b }' }, headers: {} })).errors).toHaveLength(1);
    expect((await transport.execute({ operation: { kind: OperationTypeNode.QUERY, query: '{' }, headers: {} })).errors).toHaveLength(1);
  });

  it('answers with the error of a context that cannot be made', async () => {
    const transport = inProcessTransport({ schema, contextOf: () => { throw new GraphQLError('Who are you?', { extensions: { code: 'UNAUTHENTICATED' } }); } });
    expect((await transport.execute({ operation: subgraphOperation('{ a }'), headers: {} })).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await transport.subscribe({ operation: subgraphOperation('subscription { a }'), headers: {} }).next()).value.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('tells a generator that waits for its next event that its reader has left', async () => {
    const left = Promise.withResolvers<string>();
    async function* events(signal: AbortSignal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      left.resolve('left');
      yield { a: 1 };
    }
    const generating = subgraphSchema('type Query { a: Int } type Subscription { a: Int }', {
      Subscription: { a: { subscribe: (_: unknown, __: unknown, { signal }: { signal: AbortSignal }) => events(signal) } },
    });
    const transport = inProcessTransport({ schema: generating, contextOf: (_, signal) => ({ signal }) });
    const reader = transport.subscribe({ operation: subgraphOperation('subscription { a }'), headers: {} });
    void reader.next();
    await new Promise(setImmediate);
    await reader.return?.();
    expect(await left.promise).toBe('left');
  });
});
