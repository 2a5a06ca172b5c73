import { ScriptedGateway } from '../testing/scripted-gateway';

const sdls = {
  one: `
    type Query { foo: Bar }
    type Mutation { change: Bar }
    type Subscription { changed: Bar }
    type Bar @key(fields: "id") { id: ID! w(unit: String): Int box: Box }
    type Box { side(unit: String): Int }
  `,
  two: `
    type Bar @key(fields: "id") {
      id: ID! w(unit: String): Int @external box: Box @external
      kg(of: String): String @requires(fields: "w(unit: \\"kg\\")")  g(of: String): String @requires(fields: "w(unit: \\"g\\")")
      cm: String @requires(fields: "box { side(unit: \\"cm\\") }")  mm: String @requires(fields: "box { side(unit: \\"mm\\") }")
      plain: String
    }
    type Box @external { side(unit: String): Int }
  `,
  three: `
    type Bar @key(fields: "id") { id: ID! w(unit: String): Int @external  tons: String @requires(fields: "w(unit: \\"t\\")") }
  `,
};

const amounts: Readonly<Record<string, number>> = { kg: 1, g: 1000, t: 0, cm: 5, mm: 50 };
type Row = Readonly<Record<string, unknown>>;

/** What a selection `name: field(unit: "...")` in the text of an operation gets, for all of them. */
function bar(query: string): Row {
  const [, inBox = ''] = /box\s*\{([^}]*)\}/.exec(query) ?? [];
  const values = (text: string, field: string) => Object.fromEntries([...text.matchAll(new RegExp(`(?:(\\w+):)?${field}(?:\\(unit:(?:"(\\w+)"|\\$\\w+)\\))?`, 'g'))].map(([, name, unit]) => [name ?? field, amounts[unit ?? 'kg']]));
  return { __typename: 'Bar', id: '1', ...values(query.replace(inBox, ''), 'w'), box: values(inBox, 'side') };
}

function scripted() {
  return new ScriptedGateway(sdls, ({ query, variables }) => {
    const representations = variables['representations'] as readonly Row[] | undefined;
    if (!representations) return { data: { [/change|foo/.exec(query)?.[0] ?? '']: bar(query) } };
    return { data: { _entities: representations.map((representation) => only(query, { ...bar(query), ...dependent(representation) })) } };
  });
}

function dependent({ w, box }: Row): Row {
  const side = String((box as Row | undefined)?.['side']);
  return { kg: `kg${String(w)}`, g: `g${String(w)}`, tons: `t${String(w)}`, cm: `cm${side}`, mm: `mm${side}`, plain: 'plain' };
}

/** The fields that the text of an operation selects, by the names that they get there. */
function only(query: string, row: Row): Row {
  const selected = [...query.replace(/"\w+"|\$\w+/g, '').matchAll(/(?:(\w+):)?(\w+)/g)];
  return Object.fromEntries(selected.flatMap(([, alias, field = '']) => [[alias ?? field, row[alias ?? field] ?? row[field]]]).filter(([, value]) => value !== undefined));
}

describe('fields that require one field with different arguments', () => {
  it.each([
    ['{ foo { kg } }', { kg: 'kg1' }],
    ['{ foo { kg g } }', { kg: 'kg1', g: 'g1000' }],
    ['{ foo { g kg } }', { g: 'g1000', kg: 'kg1' }],
    ['{ foo { tons g kg plain } }', { tons: 't0', g: 'g1000', kg: 'kg1', plain: 'plain' }],
    ['{ foo { mm cm } }', { mm: 'mm50', cm: 'cm5' }],
    ['{ foo { cm box { side(unit: "mm") } mm } }', { cm: 'cm5', box: { side: 50 }, mm: 'mm50' }],
    ['{ foo { kg w(unit: "g") tons } }', { kg: 'kg1', w: 1000, tons: 't0' }],
    ['{ foo { w: g box: kg g: w(unit: "t") } }', { w: 'g1000', box: 'kg1', g: 0 }],
    ['{ foo { ...F ... on Bar { kg } } } fragment F on Bar { g }', { g: 'g1000', kg: 'kg1' }],
  ])('get each their own value in %s', async (query, foo) => {
    expect(await scripted().ask(query)).toEqual({ data: { foo } });
  });

  it('are sent one representation for each set of values, with the variables that it uses', async () => {
    const gateway = scripted();
    await gateway.ask('query ($a: String, $b: String) { foo { kg(of: $a) g(of: $b) } }', { a: 'x', b: 'y' });
    expect(gateway.asked.filter(({ subgraph }) => subgraph === 'two').map(({ query, variables }) => ({ query, variables }))).toEqual([
      { query: expect.stringMatching(/^query\(\$representations:\[_Any!\]!,?\$a:String\).*\{kg\(of:\$a\)\}/), variables: { a: 'x', representations: [{ __typename: 'Bar', id: '1', w: 1 }] } },
      { query: expect.stringMatching(/^query\(\$representations:\[_Any!\]!,?\$b:String\).*\{g\(of:\$b\)\}/), variables: { b: 'y', representations: [{ __typename: 'Bar', id: '1', w: 1000 }] } },
    ]);
  });

  it('change what a mutation changes once', async () => {
    const gateway = scripted();
    expect(await gateway.ask('mutation { change { kg g } }')).toEqual({ data: { change: { kg: 'kg1', g: 'g1000' } } });
    expect(gateway.asked.filter(({ query }) => query.startsWith('mutation'))).toHaveLength(1);
  });

  it('get each their own value beside the events of a subscription', async () => {
    const event = { data: { changed: { __typename: 'Bar', id: '1', w__required_2: 1, w__required_3: 1000 } } };
    expect(await scripted().answerEvent('subscription { changed { g kg } }', event)).toEqual({ data: { changed: { g: 'g1000', kg: 'kg1' } } });
  });

  it('can be asked for apart by other operations on the same gateway', async () => {
    const gateway = scripted();
    expect(await gateway.ask('{ foo { g } }')).toEqual({ data: { foo: { g: 'g1000' } } });
    expect(await gateway.ask('{ foo { kg } }')).toEqual({ data: { foo: { kg: 'kg1' } } });
  });
});
