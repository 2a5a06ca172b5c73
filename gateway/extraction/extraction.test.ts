import { buildSchema } from 'graphql';
import { documentHash } from '../documents/document-hash';
import { embeddedDocuments } from './embedded-documents';
import { extractOperations } from './extracted-operations';
import type { ExtractionFailed } from './extracted-operations';

const code = (files: Record<string, string>) => Object.entries(files).flatMap(([file, content]) => embeddedDocuments(file, content));

function problemsOf(files: Record<string, string>, options?: Parameters<typeof extractOperations>[1]): readonly string[] {
  try {
    extractOperations(code(files), options);
  } catch (error) {
    return (error as ExtractionFailed).problems;
  }
  return [];
}

describe('The GraphQL in a file', () => {
  const lines = (file: string, content: string) => embeddedDocuments(file, content).map(({ text, line }) => [line, text.trim()]);

  it('is all of it, where that is what it holds', () => {
    expect(lines('a.graphql', '{ a }\n')).toEqual([[1, '{ a }']]);
    expect(lines('a.gql', '{ a }')).toEqual([[1, '{ a }']]);
  });

  it.each(['a.ts', 'a.js', 'a.mjs'])('stands in tags and calls of %s', (file) => {
    expect(lines(file, 'const a = gql`{ a }`;\nconst b = graphql`{ b }`;\n\nconst c = graphql(/* GraphQL */ `{ c }`), d = gql("{ d }");')).toEqual([[1, '{ a }'], [2, '{ b }'], [4, '{ c }'], [4, '{ d }']]);
  });

  it.each(['a.tsx', 'a.jsx'])('stands in what %s has inside of elements', (file) => {
    expect(lines(file, 'const a = <Query query={gql`{ a }`}>{"gql`no`"}</Query>;')).toEqual([[1, '{ a }']]);
  });

  it('stands in types and generics of TypeScript', () => {
    expect(lines('a.ts', 'const a = gql<Data, Variables>`{ a }` satisfies X;')).toEqual([[1, '{ a }']]);
  });

  it('is nothing in comments, strings, other tags and other calls', () => {
    expect(lines('a.ts', '// gql`{ a }`\nconst a = "gql`{ a }`", b = css`{ b }`, c = graphql(d, `{ e }`), f = o.gql`{ f }`, g = `gql`;')).toEqual([]);
  });

  it('does without what is put into it', () => {
    expect(lines('a.ts', 'gql`query A { ...F }\n${F}`')).toEqual([[1, 'query A { ...F }']]);
  });
});

describe("Operations of a client's code", () => {
  it('have their fragments from other files, each once, also where these need others', () => {
    const [operation, ...others] = extractOperations(code({
      'a.ts': 'gql`query A { a { ...F ...G } }`',
      'b.ts': 'gql`fragment F on T { b ...G } ${G}`; gql`fragment H on T { h }`',
      'c.graphql': 'fragment G on T { c ...F }',
    }));
    expect(others).toEqual([]);
    expect(operation).toMatchObject({ name: 'A', type: 'query' });
    expect(operation?.body.match(/fragment \w/g)).toEqual(['fragment F', 'fragment G']);
    expect(operation?.id).toBe(documentHash(operation?.body ?? ''));
  });

  it('come by name, whatever the order of the files', () => {
    const one = { 'a.graphql': 'query B { b } mutation A { a }', 'b.graphql': 'subscription C { c }' };
    const other = { 'b.graphql': one['b.graphql'], 'a.graphql': one['a.graphql'] };
    expect(extractOperations(code(one))).toEqual(extractOperations(code(other)));
    expect(extractOperations(code(one)).map(({ name, type }) => [name, type])).toEqual([['A', 'mutation'], ['B', 'query'], ['C', 'subscription']]);
  });

  it('may be the same in several places', () => {
    expect(extractOperations(code({ 'a.ts': 'gql`query A { a }`', 'b.ts': 'gql`query A {\n a\n}`' }))).toHaveLength(1);
  });

  it('can ask for __typename as clients do', () => {
    const [operation] = extractOperations(code({ 'a.graphql': 'query A { a { b { __typename c } ... on T { d } } }' }), { typeNames: true });
    expect(operation?.body.replace(/\s+/g, ' ')).toBe('query A { a { b { __typename c } ... on T { d __typename } __typename } }');
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['what is no GraphQL', { 'a.ts': '\n\nconst a = gql`query A {\n a(\n}`;' }, ['a.ts:5: Syntax Error: Expected Name, found "}".']],
    ['an operation without a name', { 'a.graphql': '\n{ a }' }, ['a.graphql:2: An operation needs a name']],
    ['different operations of one name', { 'a.graphql': 'query A { a }', 'b.graphql': 'query A { b }' }, ['b.graphql:1: Another operation of the name "A" is at a.graphql:1']],
    ['different fragments of one name', { 'a.graphql': 'fragment F on T { a }', 'b.graphql': 'fragment F on T { b }' }, ['b.graphql:1: Another fragment of the name "F" is at a.graphql:1']],
    ['an unknown fragment', { 'a.graphql': 'query A { ...F }' }, ['a.graphql:1: The fragment "F" is nowhere in the code']],
    ['a type', { 'a.graphql': 'type T { a: Int }' }, ['a.graphql:1: Only operations and fragments can be trusted documents, not ObjectTypeDefinition']],
  ])('are refused for %s', (_, files, problems) => {
    expect(problemsOf(files)).toEqual(problems);
  });

  it('are held to a schema', () => {
    const schema = buildSchema('type Query { a: Int }');
    expect(problemsOf({ 'a.graphql': 'query A { a } query B { b ...F }' }, { schema })).toEqual(['a.graphql:1: The fragment "F" is nowhere in the code', 'a.graphql:1: Cannot query field "b" on type "Query". Did you mean "a"?']);
    expect(problemsOf({ 'a.graphql': 'query A { a }' }, { schema })).toEqual([]);
  });
});
