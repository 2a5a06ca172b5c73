import fc from 'fast-check';
import type { FoundDocument } from './requested-document';
import { buildSchema, GraphQLError } from 'graphql';
import { defaultLimits } from '../config';
import { DocumentCache } from './document-cache';
import { documentHash } from './document-hash';
import { operationCost } from './operation-cost';
import { PersistedQueries } from './persisted-queries';
import { requestedDocument } from './requested-document';
import { TrustedDocuments } from './trusted-documents';
import { variableRules } from './variables';

const schema = buildSchema(`directive @tag(name: String) on FIELD
  type Query { product(id: ID = "1", first: Int, input: Input): Product node: Node either: Either list: [Product!]! }
  type Mutation { rename(name: String!): Product } type Subscription { changed: Product }
  interface Node { id: ID! } type Product implements Node { id: ID! name: String price: Float mood: Mood product: Product }
  type Tool implements Node { id: ID! label(of: [Input!]): String } union Either = Product | Tool enum Mood { GOOD BAD }
  input Input { text: String! = "x" times: Int tags: [String!] inner: Input }`);

const valid = [
  '{ product(id: "a", first: 3) { id name mood } list { product { name } } }',
  'query Q($id: ID!, $n: Int = 3, $i: Input) { product(id: $id, first: $n, input: $i) @include(if: true) { ...P } } fragment P on Product { name ... on Product @skip(if: false) { price } }',
  'mutation M($name: String!) { a: rename(name: $name) { id } b: rename(name: """block "quoted" text""") { id } }',
  'subscription { changed { id } }',
  'query A { node { __typename id ... on Tool { label(of: [{text: "ü", inner: {times: -1}}]) } } } query B { either { ... on Product { id } ... on Tool { id } } }',
];
const pieces = ['{', '}', '(', ')', '[', ']', '"', '"""', '$', '@', ':', '!', '...', ' on ', 'fragment F on Query { ...F }', 'query', '__typename', '__proto__', 'constructor', '#', '\n', '\u0000', '\ud800', '\ufeff', '-', '1e999', '\\u{110000}', 'null', 'true', '&', '|'];

/** A valid document, of which parts were taken out, doubled, moved and put in. */
const mutated = fc.tuple(
  fc.constantFrom(...valid),
  fc.array(fc.tuple(fc.nat(400), fc.nat(40), fc.oneof(fc.constantFrom(...pieces), fc.constant(undefined), fc.string())), { maxLength: 6 }),
).map(([text, changes]) => changes.reduce((changed, [at, length, piece]) => {
  const start = at % (changed.length + 1);
  const taken = changed.slice(start, start + length);
  return changed.slice(0, start) + (piece ?? taken + taken) + changed.slice(start + (piece === undefined ? length : length % 5));
}, text));

function errorsOf(text: string, variables: Record<string, unknown>): readonly GraphQLError[] {
  const documents = new DocumentCache({
    schema, limits: defaultLimits, introspection: true, capacity: 10, maxCharacters: 10_000,
    prepare: ({ operation, fragments }) => {
      const rules = variableRules(operation, fragments.values(), schema);
      const estimate = operationCost(operation, fragments, { schema, rules: { weights: new Map(), listSizes: new Map() }, assumedListSize: 10 });
      return { rules, estimate };
    },
  });
  const opened = documents.open(text);
  if (opened.kind === 'invalid') return opened.errors;
  const selected = opened.select(undefined);
  if (selected instanceof GraphQLError) return [selected];
  expect(selected.estimate(selected.rules.withDefaults(variables)).cost).toBeGreaterThanOrEqual(0);
  return selected.rules.check(variables);
}

const codes = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'];

describe('Whatever comes in', () => {
  it.each(valid)('may be a document: %s', (text) => {
    const errors = errorsOf(text, { id: '1', name: 'a' });
    expect(errors.map(({ message }) => message)).toEqual(text.startsWith('query A') ? ['The document has several operations: operationName must say which'] : []);
  });

  it('has, as a document with any variables, no errors or errors with a code', () => {
    fc.assert(fc.property(mutated, fc.dictionary(fc.constantFrom('id', 'n', 'i', 'name', '__proto__'), fc.jsonValue()), (text, variables) => {
      for (const { extensions: { code } } of errorsOf(text, variables as Record<string, unknown>)) expect(codes).toContain(code);
    }), { numRuns: 3_000 });
  });

  it('names, as a request, one document that has its hash, or is refused with a code', () => {
    const text = '{ list { id } }';
    const trusted = new TrustedDocuments(new Map([['known', text]]), false);
    const persisted = new PersistedQueries();
    persisted.keep(documentHash('{ kept }'), '{ kept }');
    const identifier = fc.oneof(fc.constantFrom('known', documentHash(text), documentHash('{ kept }'), `sha256:${documentHash(text)}`, 'sha256:', '__proto__', ''), fc.string());
    const extensions = fc.oneof(fc.constant({}), fc.record({ persistedQuery: fc.oneof(fc.jsonValue(), fc.record({ version: fc.constantFrom(1, 2, '1'), sha256Hash: fc.oneof(identifier, fc.jsonValue()) })) }));
    fc.assert(fc.property(fc.option(fc.oneof(fc.constant(text), fc.string()), { nil: undefined }), fc.option(identifier, { nil: undefined }), extensions, (query, documentId, given) => {
      const requested = requestedDocument({ query, documentId, extensions: given }, { trusted, persisted });
      if (requested.kind === 'refused') return void expect(requested.errors.map(({ extensions: { code } }) => typeof code)).toEqual(['string']);
      const { text: found, hash }: FoundDocument = requested;
      expect(documentHash(found)).toBe(hash);
      if (query) expect(found).toBe(query);
    }), { numRuns: 3_000 });
  });
});
