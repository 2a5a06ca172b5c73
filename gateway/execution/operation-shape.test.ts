import { ScriptedGateway } from '../testing/scripted-gateway';

const sdl = `
  type Query {
    text: String  id: ID  int: Int  float: Float  flag: Boolean  grade: Grade  anything: Anything
    ids: [ID!]  grid: [[Int!]]!  must: Leaf!  leaf: Leaf  leaves: [Leaf!]  any: [Any]  named: [Named]  constructor: String
  }
  type Mutation { one: Int two: Int }
  enum Grade { A B  SECRET @inaccessible }
  scalar Anything
  type Leaf implements Named { name: String! twin: Leaf must: Leaf! }
  type Twig implements Named { name: String! length: Int }
  type Hidden implements Named @inaccessible { name: String! }
  interface Named { name: String! }
  union Any = Leaf | Twig
`;

async function shaped(query: string, data: unknown, variables: Record<string, unknown> = {}) {
  const { data: given, errors = [] } = await new ScriptedGateway({ all: sdl }, () => ({ data })).ask(query, variables);
  return { data: given, paths: errors.map(({ path }) => path) };
}

describe('the form of an answer', () => {
  it('has the fields of the client in its order, fragments where they apply, and nothing else', async () => {
    const data = { more: 1, any: [{ __typename: 'Twig', length: 2, name: 'b', more: 1 }, { __typename: 'Leaf', name: 'a' }, null] };
    const { data: given } = await shaped('{ any { ... on Twig { l: length name } t: __typename ... on Named { name } } text }', { ...data, any: data.any.map((one) => one && { ...one, l: 2 }) });
    expect(JSON.stringify(given)).toBe('{"any":[{"l":2,"name":"b","t":"Twig"},{"t":"Leaf","name":"a"},null],"text":null}');
  });

  it.each([
    ['text', 'a "b" \\ \u0007 ü \ud83d\ude00', 'a "b" \\ \u0007 ü \ud83d\ude00'], ['text', `${'long '.repeat(20)}"`, `${'long '.repeat(20)}"`], ['text', '\ud800', '\ud800'],
    ['id', 'x', 'x'], ['id', 7, '7'], ['int', -2147483648, -2147483648], ['float', 1e21, 1e21], ['float', 3, 3], ['flag', false, false], ['grade', 'B', 'B'],
    ['anything', { a: [1, null, 'x'] }, { a: [1, null, 'x'] }], ['ids', ['1', 2], ['1', '2']],
  ])('has %s as it is: %j', async (field, value, expected) => {
    expect(await shaped(`{ ${field} }`, { [field]: value })).toEqual({ data: { [field]: expected }, paths: [] });
  });

  it.each([
    ['text', 7], ['text', ['a']], ['id', 1.5], ['id', true], ['int', 2147483648], ['int', 1.5], ['int', '1'], ['float', '1'], ['flag', 1], ['flag', 'true'], ['grade', 'C'], ['grade', 0],
    ['ids', '1'], ['ids', [['1']]], ['ids', { 0: '1' }],
  ])('has null and an error for %s where a subgraph sends %j', async (field, value) => {
    const { data, paths } = await shaped(`{ ${field} }`, { [field]: value });
    expect(data).toEqual({ [field]: null });
    expect(paths).toEqual([field === 'ids' && Array.isArray(value) ? ['ids', 0] : [field]]);
  });

  it.each([
    ['leaf', 'a text', ['leaf']], ['leaf', [{}], ['leaf']], ['leaves', {}, ['leaves']],
    ['any', [{ __typename: 'Query' }, null], ['any', 0]], ['any', [7, null], ['any', 0]], ['any', [{ __typename: 3 }, null], ['any', 0]], ['any', [{ name: 'of no type' }, null], ['any', 0]],
  ])('has null and an error for %s where a subgraph sends %j', async (field, value, path) => {
    const { data, paths } = await shaped(`{ ${field} { ... on Leaf { name } __typename } }`, { [field]: value });
    expect(data).toEqual({ [field]: field === 'any' ? [null, null] : null });
    expect(paths).toEqual([path]);
  });

  it('lets a null that may not be take the nearest field above that may', async () => {
    const leaf = { name: 'a', must: { name: null } };
    expect(await shaped('{ leaf { name must { name } } text }', { leaf, text: 'x' })).toEqual({ data: { leaf: null, text: 'x' }, paths: [['leaf', 'must', 'name']] });
    expect(await shaped('{ leaves { name } text }', { leaves: [{ name: 'a' }, { name: null }], text: 'x' })).toEqual({ data: { leaves: null, text: 'x' }, paths: [['leaves', 1, 'name']] });
    expect(await shaped('{ must { name } text }', { must: null, text: 'x' })).toEqual({ data: null, paths: [['must']] });
    expect(await shaped('{ grid }', { grid: [[1], [2, null], null] })).toEqual({ data: { grid: [[1], null, null] }, paths: [['grid', 1, 1]] });
    expect(await shaped('{ grid }', {})).toEqual({ data: null, paths: [['grid']] });
  });

  it('has nothing that clients may not know of', async () => {
    expect(await shaped('{ grade named { name } }', { grade: 'SECRET', named: [{ __typename: 'Hidden', name: 'h' }, { __typename: 'Leaf', name: 'l' }] }))
      .toEqual({ data: { grade: null, named: [null, { name: 'l' }] }, paths: [['grade'], ['named', 0]] });
  });

  it('has no value that nobody sent, whatever a field is called', async () => {
    expect(await shaped('{ constructor }', {})).toEqual({ data: { constructor: null }, paths: [] });
  });

  it('leaves out what @skip and @include do, each time by the variables', async () => {
    const query = 'query($with: Boolean = true) { text @include(if: $with) leaf @skip(if: $with) { name } }';
    const data = { text: 'x', leaf: { name: 'a' } };
    const gateway = new ScriptedGateway({ all: sdl }, () => ({ data }));
    expect((await gateway.ask(query)).data).toEqual({ text: 'x' });
    expect((await gateway.ask(query, { with: false })).data).toEqual({ leaf: { name: 'a' } });
    expect((await gateway.ask(query, { with: true })).data).toEqual({ text: 'x' });
  });

  it('answers from the schema what is asked of it, and asks no subgraph', async () => {
    const gateway = new ScriptedGateway({ all: sdl }, () => ({ data: {} }));
    const query = 'query($name: String!) { __typename named: __type(name: $name) { kind } __schema { queryType { ...Name } } } fragment Name on __Type { name }';
    expect(await gateway.ask(query, { name: 'Leaf' })).toEqual({ data: { __typename: 'Query', named: { kind: 'OBJECT' }, __schema: { queryType: { name: 'Query' } } } });
    expect(await gateway.ask(query, { name: 'Any' })).toMatchObject({ data: { named: { kind: 'UNION' } } });
    expect(gateway.asked).toHaveLength(0);
  });
});
