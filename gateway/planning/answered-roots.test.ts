import { ScriptedGateway } from '../testing/scripted-gateway';

const sdls = {
  a: `
    interface Node @key(fields: "id") { id: ID! }
    type Query { a: Node  other: Int }
    type Mutation { change: Int  makeNode: Node }
  `,
  b: `
    type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! field: String }
    type Query { b: Node }
  `,
};

function scripted() {
  return new ScriptedGateway(sdls, () => ({ data: { b: { __typename: 'Node', id: 'n1', field: 'foo' }, other: 1, change: 1 } }));
}

describe('a root field of which no subgraph can be asked what is selected', () => {
  it.each([
    '{ a { field } }',
    '{ it: a { field } other }',
    '{ b { field } a { field } }',
    '{ ...F } fragment F on Query { other a { field } }',
    'mutation { change makeNode { field } }',
  ])('refuses all of %s, and asks nothing', async (query) => {
    const gateway = scripted();
    const { data = null, errors } = await gateway.ask(query);
    expect({ data, errors }).toMatchObject({ data: null, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(gateway.asked).toEqual([]);
  });

  it('is no matter to the others', async () => {
    expect(await scripted().ask('{ b { id field } other }')).toEqual({ data: { b: { id: 'n1', field: 'foo' }, other: 1 } });
  });
});
