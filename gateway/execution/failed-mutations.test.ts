import { parse } from 'graphql';
import { subgraphSchema } from '../testing/subgraph-schema';
import { ScriptedGateway } from '../testing/scripted-gateway';
import { inProcessTransport } from '../transport/in-process-transport';
import { subgraphOperation } from '../transport/subgraph-operation';

const sdls = {
  one: `
    type Query { a: Int }
    type Mutation { must(n: Int): Int!  may(n: Int): Int  book: Book!  books: [Book!]!  kept: Book }
    type Book @key(fields: "id") { id: ID! }
  `,
  two: `
    type Query { b: Int }
    type Mutation { then(n: Int): Int  last: Int! }
    type Book @key(fields: "id") { id: ID!  title: String! }
  `,
};
const failed = (name: string) => ({ data: null, errors: [{ message: 'No', path: [name], extensions: { code: 'NO' } }] });
/** The root fields that were asked for, in their order. */
const rootsOf = (gateway: ScriptedGateway): string[] => gateway.asked.filter(({ query }) => query.startsWith('mutation')).flatMap(({ query }) => {
  const [definition] = parse(query).definitions;
  return definition?.kind === 'OperationDefinition' ? definition.selectionSet.selections.map((field) => (field.kind === 'Field' ? field.alias?.value ?? field.name.value : '')) : [];
});

describe('after a root mutation that may not be null has failed', () => {
  it('the mutations of other subgraphs are not run, and the data is null with its error alone', async () => {
    const gateway = new ScriptedGateway(sdls, () => failed('must'));
    expect(await gateway.ask('mutation { must then(n: 1) }')).toMatchObject({ data: null, errors: [{ path: ['must'], extensions: { code: 'NO' } }] });
    expect(rootsOf(gateway)).toEqual(['must']);
  });

  it('no later one of the same subgraph is run, either', async () => {
    const gateway = new ScriptedGateway(sdls, ({ subgraph }) => (subgraph === 'two' ? failed('last') : { data: { may: 1, b: 2 } }));
    expect(await gateway.ask('mutation { may last b: may(n: 2) }')).toMatchObject({ data: null });
    expect(rootsOf(gateway)).toEqual(['may', 'last']);
  });

  it('none is run where its subgraph could not be reached', async () => {
    const gateway = new ScriptedGateway(sdls, () => { throw new Error('gone'); });
    expect(await gateway.ask('mutation { must then }')).toMatchObject({ data: null });
    expect(rootsOf(gateway)).toEqual(['must']);
  });

  it.each(['book', 'books'])('none is run where a null below it takes %s with it', async (name) => {
    const book = { __typename: 'Book', id: '1' };
    const gateway = new ScriptedGateway(sdls, ({ query }) => (query.includes('_entities') ? failed('_entities') : query.includes('then') ? { data: { then: 1 } } : { data: { book, books: [book] } }));
    expect(await gateway.ask(`mutation { ${name} { title } then }`)).toMatchObject({ data: null });
    expect(rootsOf(gateway)).toEqual([name]);
  });

  it('in this process, the schema itself runs none of those that follow', async () => {
    const ran: string[] = [];
    const run = (name: string) => () => {
      ran.push(name);
      if (name === 'must') throw new Error('No');
      return 1;
    };
    const schema = subgraphSchema('type Query { a: Int } type Mutation { may: Int must: Int! then: Int }', { Mutation: { may: run('may'), must: run('must'), then: run('then') } });
    const transport = inProcessTransport({ schema, contextOf: () => undefined });
    expect(await transport.execute({ operation: subgraphOperation('mutation { may must then }'), headers: {} })).toMatchObject({ data: null });
    expect(ran).toEqual(['may', 'must']);
    await transport.stop();
  });
});

describe('after a root mutation that may be null has failed', () => {
  it.each(['may', 'kept { title }'])('the mutations that follow %s are run', async (first) => {
    const name = first.split(' ')[0] ?? '';
    const gateway = new ScriptedGateway(sdls, ({ query }) => (query.includes('then') ? { data: { then: 1 } } : query.includes('_entities') ? failed('_entities') : name === 'kept' ? { data: { kept: { __typename: 'Book', id: '1' } } } : failed(name)));
    expect(await gateway.ask(`mutation { ${first} then }`)).toMatchObject({ data: { [name]: null, then: 1 } });
    expect(rootsOf(gateway)).toEqual([name, 'then']);
  });
});
