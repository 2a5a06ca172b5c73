import type { RunningGateway } from '../config';
import { startGateway } from '../service';
import { compose } from '../testing/running-shop';
import { inProcessTransport } from '../transport/in-process-transport';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const sources = [
  {
    name: 'one',
    sdl: `${link} type Query { t: T  ts: [T]  echo(a: Int, b: In): Int  constructor: Int } input In { n: Int } type T @key(fields: "id") { id: ID!  own: Int }`,
    resolvers: {
      Query: { t: () => ({ id: '1', own: 1 }), ts: () => [{ id: '1', own: 1 }, { id: '2', own: 2 }], echo: (_: unknown, { a, b }: Record<string, unknown>) => a ?? (b as { n?: number } | undefined)?.n, constructor: () => 7 },
    },
  },
  {
    name: 'two',
    sdl: `${link} type T @key(fields: "id") { id: ID!  name(a: Int): String }`,
    resolvers: { T: { name: ({ id }: Record<string, unknown>, { a }: Record<string, unknown>) => `${String(id)}/${String(a)}` } },
  },
];

describe('a name of the client that means something else inside', () => {
  let gateway: RunningGateway;

  beforeAll(async () => {
    const { sdl, schemas } = compose(sources as never);
    gateway = await startGateway({ supergraph: sdl, host: '127.0.0.1', port: 0, auth: { mode: 'off' } }, {
      logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      transport({ name }) {
        const schema = schemas.get(name);
        if (!schema) throw new Error(`No subgraph ${name}`);
        return inProcessTransport({ schema, contextOf: () => undefined });
      },
    });
  });
  afterAll(() => gateway.stop());

  const ask = async (query: string, variables = '{}'): Promise<string> => {
    const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`;
    return (await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text();
  };

  const aliases = ['__a', '__typename', '__typename__1', '__schema', '__proto__', '__resumeCursor', '_entities', '_service', 'constructor', 'toString', 'hasOwnProperty', '__', 'id', 'representations'];

  it.each(aliases)('is an alias like any other at the root and in an entity, for a value and for an object: %s', async (alias) => {
    expect(await ask(`{ ${alias}: t { x: own name } }`)).toBe(`{"data":{"${alias}":{"x":1,"name":"1/undefined"}}}`);
    expect(await ask(`{ ts { ${alias}: name(a: 3) } }`)).toBe(`{"data":{"ts":[{"${alias}":"1/3"},{"${alias}":"2/3"}]}}`);
    expect(await ask(`{ t { ${alias}: __typename own name } }`)).toBe(`{"data":{"t":{"${alias}":"T","own":1,"name":"1/undefined"}}}`);
    expect(await ask(`{ ${alias}: echo(a: 5) }`)).toBe(`{"data":{"${alias}":5}}`);
  });

  it('is a field like any other', async () => {
    expect(await ask('{ constructor a: constructor }')).toBe('{"data":{"constructor":7,"a":7}}');
  });

  const variables = ['representations', '__proto__', 'constructor', 'toString', '__resumeAfter', 'contextualArgument_1_0', 'variable_1', 'literal_1'];

  it.each(variables)('is a variable like any other, in one subgraph and in another, alone and within an object: $%s', async (name) => {
    expect(await ask(`query($${name}: Int, $variable_2: Int) { ts { name(a: $${name}) } echo(a: $variable_2) other: echo(b: {n: $${name}}) }`, `{"${name}":4,"variable_2":5}`))
      .toBe('{"data":{"ts":[{"name":"1/4"},{"name":"2/4"}],"echo":5,"other":4}}');
    expect(await ask(`query($${name}: Int = 6) { t { name(a: $${name}) } }`)).toBe('{"data":{"t":{"name":"1/6"}}}');
    expect(await ask(`query($${name}: Int) { t { name(a: $${name}) } }`)).toBe('{"data":{"t":{"name":"1/undefined"}}}');
    expect(await ask(`query($${name}: Boolean = true) { t { own @skip(if: $${name}) name } }`)).toBe('{"data":{"t":{"name":"1/undefined"}}}');
  });
});
