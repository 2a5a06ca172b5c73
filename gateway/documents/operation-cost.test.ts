import { composeServices } from '@apollo/composition';
import { Kind, parse } from 'graphql';
import { loadSupergraph } from '../supergraph/load-supergraph';
import { CostLimit } from './cost-limit';
import { operationCost } from './operation-cost';
import { variableRules } from './variables';

const federation = (names: string) => `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", ${names}])`;

const library = `${federation('"@cost", "@listSize"')}
type Query {
  book(id: ID!): Book
  shelf: [Book!]! @listSize(assumedSize: 5)
  books(first: Int, last: Int = 4): [Book] @listSize(slicingArguments: ["first", "last"], assumedSize: 7)
  unchecked(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"], assumedSize: 7, requireOneSlicingArgument: false)
  page(first: Int, filter: Filter): Page! @listSize(slicingArguments: ["first"], sizedFields: ["items"], assumedSize: 2)
  grid: [[Book]]
  anything: [Book]
  thing: Thing
  either: Either
  search(filter: Filter, tags: [Tag!]): Int
  priced(by: Int @cost(weight: 3)): Int @cost(weight: 4)
  heavy: Heavy
  mood: Mood
}
type Mutation { add(title: String): Book }
type Subscription { added: Book }
input Filter { text: String, dear: Int @cost(weight: 6), inner: Filter, list: [Filter!] }
scalar Tag @cost(weight: 2)
enum Mood @cost(weight: 8) { GOOD BAD }
type Page { items: [Book!]! more: Page count: Int }
type Book implements Thing @key(fields: "id") { id: ID! title: String author: Author name: String @cost(weight: 9) copies: [String!] @listSize(assumedSize: 3) }
type Author { name: String books: [Book!]! @listSize(assumedSize: 2) }
type Heavy implements Thing @cost(weight: 20) { name: String }
interface Thing { name: String }
union Either = Book | Author | Heavy
`;
const ratings = `${federation('"@cost"')} type Book @key(fields: "id") { id: ID! rating: Int @cost(weight: 30) }`;

function supergraphOf(...subgraphs: string[]) {
  const { supergraphSdl, errors } = composeServices(subgraphs.map((sdl, index) => ({ name: `s${index}`, url: '', typeDefs: parse(sdl) })));
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return loadSupergraph(supergraphSdl);
}

const supergraph = supergraphOf(library, ratings);

function estimate(text: string, variables: Record<string, unknown> = {}, { apiSchema, costs } = supergraph) {
  const { definitions } = parse(text);
  const fragments = new Map(definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('No operation');
  const withDefaults = variableRules(operation, fragments.values(), apiSchema).withDefaults(variables);
  return operationCost(operation, fragments, { schema: apiSchema, rules: costs, assumedListSize: 10 })(withDefaults);
}

describe("An operation's cost", () => {
  it.each<[string, string, number, Record<string, unknown>?]>([
    ['leaves cost nothing, objects one', '{ book(id: 1) { id title author { name } } }', 2],
    ['a mutation costs ten more', 'mutation { add { id } }', 11],
    ['a subscription costs what an event does', 'subscription { added { author { name } } }', 2],
    ['a list costs as often as it is assumed to be long', '{ shelf { author { books { id } } } }', 5 * (1 + 1 + 2)],
    ['a list of which nothing is said is taken for ten', '{ anything { id } }', 10],
    ['a list of lists is multiplied', '{ grid { id } }', 100],
    ['leaves cost nothing however many', '{ book(id: 1) { copies } }', 1],
    ['a weight at a field counts', '{ priced }', 4],
    ['a weight at an argument counts', '{ priced(by: 1) }', 7],
    ['an argument that is null costs nothing', '{ priced(by: null) }', 4],
    ['a weight at a type counts', '{ heavy { name } }', 20],
    ['a weight at an enum counts', '{ mood }', 8],
    ['a weight from another subgraph counts, as often as its entity', '{ shelf { rating } }', 5 * 31],
    ['slicing: a literal', '{ books(first: 3) { id } }', 3],
    ['slicing: a variable', 'query($n: Int) { books(first: $n) { id } }', 6, { n: 6 }],
    ["slicing: a variable's default", 'query($n: Int = 8) { books(first: $n) { id } }', 8],
    ["slicing: the argument's default", '{ books { id } }', 4],
    ['slicing: a variable that is not given leaves the default', 'query($n: Int) { books(first: $n) { id } }', 4],
    ['slicing: what is given comes before a default', '{ books(first: 2) { id } }', 2],
    ['slicing: the greatest of several', '{ unchecked(first: 3, last: 6) { id } }', 6],
    ['slicing: none given', '{ unchecked { id } }', 7],
    ['slicing: less than nothing is nothing', '{ books(first: -100) { id } shelf { id } }', 5],
    ['sized fields: the size is theirs', '{ page(first: 30) { count items { id } } }', 1 + 30],
    ['sized fields: no further down', '{ page(first: 30) { more { items { id } } } }', 1 + 1 + 10],
    ['sized fields: by a variable', 'query($n: Int) { page(first: $n) { items { id } } }', 1 + 12, { n: 12 }],
    ['sized fields: through fragments', '{ page(first: 4) { ...P } } fragment P on Page { ... { items { id } } }', 1 + 4],
    ['input objects cost one each, and what is in them', '{ search(filter: {text: "a", dear: 1, inner: {dear: null}, list: [{}, {}]}) }', 1 + 6 + 1 + 2],
    ['the same by a variable', 'query($f: Filter) { search(filter: $f) }', 1 + 6 + 1 + 2, { f: { text: 'a', dear: 1, inner: { dear: null }, list: [{}, {}] } }],
    ['the same with variables in it', 'query($d: Int, $l: [Filter!]) { search(filter: {dear: $d, list: $l}) }', 1 + 6 + 2, { d: 1, l: [{}, {}] }],
    ['each item of a list counts', '{ search(tags: ["a", "b", "c"]) }', 6],
    ['what is asked for twice costs once', '{ shelf { id author { name } } shelf { author { name } title } }', 10],
    ['under another name it costs again', '{ a: shelf { id } b: shelf { id } }', 10],
    ['fragments count where they are spread', '{ book(id: 1) { ...F } shelf { ...F } } fragment F on Book { author { name } }', 2 + 10],
    ['of what excludes one another the most expensive counts', '{ either { ... on Book { author { name } } ... on Heavy { name } ... on Author { books { id } } } }', 20 + 2],
    ['what every type has counts beside', '{ thing { name ... on Book { author { name } } } }', 20 + 9 + 1],
    ['what is skipped costs nothing', '{ shelf @skip(if: true) { id } book(id: 1) { id } }', 1],
    ['what is skipped by a variable costs nothing', 'query($s: Boolean!) { shelf @skip(if: $s) { id } book(id: 1) @include(if: $s) { id } }', 1, { s: true }],
    ['what is not skipped costs', 'query($s: Boolean!) { shelf @skip(if: $s) { id } book(id: 1) @include(if: $s) { id } }', 5, { s: false }],
    ['fragments can be skipped', 'query($s: Boolean!) { ... @include(if: $s) { shelf { id } } }', 0, { s: false }],
    ['introspection costs nothing', '{ __typename __schema { types { name } } }', 0],
  ])('%s', (_, text, cost, variables = {}) => {
    expect(estimate(text, variables)).toEqual({ cost, problems: [] });
  });

  it.each<[string, string, Record<string, unknown>?]>([
    ['both', '{ books(first: 1, last: 2) { id } }'],
    ['both, by variables', 'query($a: Int, $b: Int) { books(first: $a, last: $b) { id } }', { a: 1, b: 2 }],
  ])('is not estimated without the one slicing argument that is needed: %s', (_, text, variables = {}) => {
    expect(estimate(text, variables).problems).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'first' } }]);
  });

  it('asks for no slicing argument of what is not executed', () => {
    expect(estimate('query($s: Boolean!) { books(first: 1, last: 2) @skip(if: $s) { id } }', { s: true })).toEqual({ cost: 0, problems: [] });
  });

  it('is found by whatever name the directives have', () => {
    const renamed = supergraphOf(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{name: "@cost", as: "@price"}, {name: "@listSize", as: "@length"}])
      type Query { a: Int @price(weight: 5) b: [T] @length(assumedSize: 2) } type T { c: Int }`);
    expect(estimate('{ a b { c } }', {}, renamed).cost).toBe(7);
  });

  it('comes to an end for values that nest deeper than any stack', () => {
    let value: unknown = {};
    for (let level = 0; level < 100_000; level += 1) value = { inner: value };
    expect(estimate('query($f: Filter) { search(filter: $f) }', { f: value }).cost).toBe(100);
  });

  it('is a number for sizes that no number holds', () => {
    const limit = new CostLimit(() => (variables) => estimate('query($n: Int) { books(first: $n) { author { name } } }', variables), 10);
    expect(limit.check({ n: Number.MAX_VALUE })).toMatchObject([{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated: Number.MAX_SAFE_INTEGER, max: 10 } } }]);
  });
});

describe('The limit of costs', () => {
  const compiled = { times: 0 };
  const compile = () => {
    compiled.times += 1;
    return () => ({ cost: 11, problems: [] });
  };
  beforeEach(() => { compiled.times = 0; });

  it('refuses what is above it, and says by how much', () => {
    const limit = new CostLimit(compile, 10);
    expect(limit.check({})).toMatchObject([{ message: 'The operation is estimated to cost 11, and may cost 10: ask for fewer fields, or for shorter lists', extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated: 11, max: 10 } } }]);
    expect(new CostLimit(compile, 11).check({})).toEqual([]);
  });

  it('is worked out once for each operation, and not at all where nobody asks', () => {
    const limit = new CostLimit(compile, 10);
    limit.check({});
    limit.check({});
    expect(compiled.times).toBe(1);
    new CostLimit(compile, Infinity).check({});
    expect(compiled.times).toBe(1);
  });
});
