import { GraphQLScalarType } from 'graphql';
import { exactNumber, isExactNumber } from '../json/exact-number';
import { subgraphSchema } from '../testing/subgraph-schema';
import { ScriptedGateway } from '../testing/scripted-gateway';
import { inProcessTransport } from '../transport/in-process-transport';
import { subgraphOperation } from '../transport/subgraph-operation';

describe('a number that no double holds', () => {
  it('is what an entity gets from a context', async () => {
    const gateway = new ScriptedGateway({
      streets: 'scalar Long type Query { streets: [Street] } type Street @key(fields: "id") @context(name: "street") { id: ID! tax: Long @shareable lots: [Lot] } type Lot @key(fields: "id") { id: ID! }',
      rates: 'scalar Long type Query { b: Int } type Lot @key(fields: "id") { id: ID! due(tax: Long @fromContext(field: "$street { tax }")): Int } type Street @key(fields: "id") @context(name: "street") { id: ID! tax: Long @shareable }',
    }, ({ subgraph, variables }) => (subgraph === 'streets'
      ? { data: { streets: ['750727362669608961', '750727362669608962'].map((tax) => ({ __typename: 'Street', id: tax, tax: exactNumber(tax), lots: [{ __typename: 'Lot', id: '1' }] })) } }
      : { data: { _entities: [{ due: Number(JSON.stringify(variables).includes('750727362669608962')) }] } }));
    expect(await gateway.ask('{ streets { lots { due } } }')).toEqual({ data: { streets: [{ lots: [{ due: 0 }] }, { lots: [{ due: 1 }] }] } });
    expect(gateway.asked.slice(1).map(({ variables }) => /:(\d{18})/.exec(JSON.stringify(variables))?.[1])).toEqual(['750727362669608961', '750727362669608962']);
  });

  it('is what a custom scalar in this process is given, and may give', async () => {
    const given: unknown[] = [];
    const Long = new GraphQLScalarType({
      name: 'Long',
      parseValue: (value) => {
        given.push(value);
        return value;
      },
      serialize: (value) => value,
    });
    const transport = inProcessTransport({ schema: subgraphSchema('scalar Long type Query { echo(long: Long): Long }', { Long, Query: { echo: (_, { long }) => long } }), contextOf: () => undefined });
    const result = await transport.execute({ operation: subgraphOperation('query($long: Long) { echo(long: $long) }'), variables: { long: exactNumber('750727362669608961') }, headers: {} });
    expect(JSON.stringify(result)).toBe('{"data":{"echo":750727362669608961}}');
    expect(given.every(isExactNumber)).toBe(true);
    await transport.stop();
  });
});
