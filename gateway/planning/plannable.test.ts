import { buildSchema, Kind, parse, print } from 'graphql';
import type { FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';
import { plannable } from './plannable';
import { decisiveVariables, settleConditions } from './settled-conditions';

const schema = buildSchema(`
  type Query { book: Book  books(first: Int): [Book]  any: Any  named: Named }
  type Mutation { add(n: Int): Int  book: Book }
  type Book implements Named { id: ID title(upper: Boolean): String name: String next: Book }
  type Film implements Named { name: String length(unit: String): Int }
  type Game implements Named { name: String }
  interface Named { name: String }
  union Any = Book | Film
`);
const facts = { fieldNames: new Set(['book', 'books', 'id', 'title', 'name', 'next', 'length', 'any', 'named', 'add']), interfaceObjects: new Set<string>() };

function client(text: string): ClientOperation {
  const { definitions } = parse(text, { noLocation: true });
  const operation = definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('No operation');
  const fragments = definitions.filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION);
  return { operation, fragments: new Map(fragments.map((node) => [node.name.value, node])) };
}

function planned(text: string): string | undefined {
  const { operation } = plannable(client(text), schema, facts);
  return operation && print(operation.operation).replace(/\s+/g, ' ');
}

describe('an operation to be planned', () => {
  it('keeps the names that can be taken for nothing else', () => {
    expect(planned('{ book { a: name id } }')).toBe('{ book { a: name id } }');
  });

  it("has names of ours for aliases that are other fields' names", () => {
    expect(planned('{ book { id: name } }')).toBe('{ book { id__1: name } }');
    expect(planned('{ b: book { id } }')).toBe('{ b: book { id } }');
  });

  it('has one name for one field with its arguments, wherever that stands', () => {
    expect(planned('{ any { ... on Book { x: name } ... on Film { x: length(unit: "s") } } }')).toBe('{ any { __typename ... on Book { x: name } ... on Film { x__1: length(unit: "s") } } }');
    expect(planned('{ any { ... on Film { length } } named { ... on Film { length(unit: "s") } } }')).toBe('{ any { __typename ... on Film { length } } named { __typename ... on Film { length__1: length(unit: "s") } } }');
  });

  it('takes no name that is there already', () => {
    expect(planned('{ book { id: name id__1: name } }')).toBe('{ book { id__2: name id__1: name } }');
  });

  it('gives names back', () => {
    const { names: given } = plannable(client('{ book { id: name } }'), schema, facts);
    expect(given.clientName('id__1')).toBe('id');
    expect(given.clientName('book')).toBe('book');
  });

  it('has the fields of the root in the order of the answer, each once, and without fragments', () => {
    expect(planned('mutation { ...F ... on Mutation { book { id } add(n: 1) } } fragment F on Mutation { add(n: 1) book { name } }')).toBe('mutation { add(n: 1) book { name id } }');
  });

  it('leaves out what the gateway knows itself', () => {
    expect(planned('{ __typename ... { __schema { types { name } } } __type(name: "Book") { name } book { id } }')).toBe('{ book { id } }');
    expect(planned('{ __typename }')).toBeUndefined();
  });

  it('asks for a type beside fragments, and has no fragment that cannot apply', () => {
    expect(planned('{ any { ... on Named { t: __typename } } }')).toBe('{ any { __typename } }');
    expect(planned('{ named { ... on Book { ... on Any { ... on Film { length } name } } } }')).toBe('{ named { __typename ... on Book { name } } }');
    expect(planned('{ named { ... on Book { ... on Film { length } } } }')).toBe('{ named { __typename } }');
  });

  it('has no fragments on unions: what stands in them is written for the types that it can be', () => {
    expect(planned('{ any { ... on Any { ... on Named { name } } } }')).toBe('{ any { __typename ... on Named { name } } }');
    expect(planned('{ named { name ... on Any { ... on Named { name } ... on Film { length } } } }')).toBe('{ named { name ... on Book { name } ... on Film { name } ... on Film { length } } }');
    expect(planned('{ named { ... on Any { ... { ... on Book { id } } } } }')).toBe('{ named { __typename ... on Book { id } } }');
  });

  it('asks for more than it needs rather than for the same over and over', () => {
    const below = (levels: number): string => (levels === 0 ? 'name' : `... on Any { ... on Named { next { ${below(levels - 1)} } } }`);
    const wide = buildSchema(`
      type Query { named: Named }
      interface Named { name: String next: Named }
      type Book implements Named { name: String next: Named }
      type Film implements Named { name: String next: Named }
      type Game implements Named { name: String next: Named }
      union Any = Book | Film
    `);
    const { operation } = plannable(client(`{ named { ${below(90)} } }`), wide, facts);
    expect(operation && print(operation.operation).match(/\bname\b/g)?.length).toBeLessThan(100);
  });
});

describe('conditions', () => {
  const text = 'query($a: Boolean!, $b: Boolean = true) { book @include(if: $a) { id @skip(if: true) ...F @skip(if: $b) } } fragment F on Book { name next @include(if: $a) { id } }';

  it('depend on variables, in fragments too', () => {
    expect(decisiveVariables(client(text))).toEqual(['a', 'b']);
  });

  it('are settled with all that they leave out', () => {
    const settle = (decisions: Record<string, boolean>) => plannable(settleConditions(client(text), decisions), schema, facts).operation?.operation.selectionSet;
    const shown = (decisions: Record<string, boolean>) => { const set = settle(decisions); return set && print(set).replace(/\s+/g, ' '); };
    expect(shown({ a: false, b: true })).toBeUndefined();
    expect(shown({ a: true, b: true })).toBe('{ book { __typename } }');
    expect(shown({ a: true, b: false })).toBe('{ book { ... on Book { name next { id } } } }');
  });
});
