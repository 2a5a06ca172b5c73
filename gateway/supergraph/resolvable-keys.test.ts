import { ScriptedGateway } from '../testing/scripted-gateway';

const keysOf = (...keys: readonly string[]) => keys.join(' ');
const a = `
  type A @key(fields: "id") @key(fields: "code { one two }", resolvable: false) { id: ID! code: Code! name: String! }
  type Code @shareable { one: ID! two: ID! three: ID! }
`;
const b = (keys: string) => `
  type Query { list: [A!]! }
  type A ${keys} { id: ID! code: Code! serial: ID! name: String! @external named: String! @requires(fields: "name") }
  type Code @shareable { one: ID! two: ID! three: ID! }
`;
const resolving = '@key(fields: "id code { two three }")';
const others = ['@key(fields: "code { one two }", resolvable: false)', '@key(fields: "serial", resolvable: false)', '@key(fields: "id", resolvable: false)'];

describe('an entity that a plan comes back to', () => {
  it.each([
    ['last', keysOf(...others, resolving)],
    ['first', keysOf(resolving, ...others)],
    ['in the middle', keysOf(others[0] ?? '', resolving, ...others.slice(1))],
  ])('is asked for by the key that its subgraph resolves, where that is declared %s', async (_, keys) => {
    const entity = { __typename: 'A', id: '1', serial: 's', code: { one: 'o', two: 't', three: 'd' } };
    const gateway = new ScriptedGateway({ a, b: b(keys) }, ({ subgraph, variables }) => {
      if (!variables['representations']) return { data: { list: [entity] } };
      return { data: { _entities: [subgraph === 'a' ? { name: 'N' } : { named: 'b N' }] } };
    });
    expect(await gateway.ask('{ list { id name named } }')).toEqual({ data: { list: [{ id: '1', name: 'N', named: 'b N' }] } });
    expect(gateway.asked.at(-1)).toMatchObject({ subgraph: 'b', variables: { representations: [{ __typename: 'A', id: '1', code: { two: 't', three: 'd' }, name: 'N' }] } });
  });
});
