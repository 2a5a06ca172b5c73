import { buildSchema } from 'graphql';
import { defaultLimits } from '../config';
import { DocumentCache } from './document-cache';
import type { ClientOperation } from './document-cache';
import { documentHash } from './document-hash';
import { variableRules } from './variables';

const schema = buildSchema(`type Query { product(id: ID, input: Input): Product secret: String } type Product { name: String product: Product price: Int }
  input Input { confidential: Int }`);

function cache(options: { introspection?: boolean; capacity?: number; maxCharacters?: number } = {}) {
  const prepared: ClientOperation[] = [];
  const documents = new DocumentCache({
    schema, limits: defaultLimits, introspection: true, capacity: 100, maxCharacters: 100_000, ...options,
    prepare: (operation) => {
      prepared.push(operation);
      return operation;
    },
  });
  return { documents, prepared };
}

const errorsOf = (text: string, options?: Parameters<typeof cache>[0]) => {
  const opened = cache(options).documents.open(text);
  return opened.kind === 'invalid' ? opened.errors.map(({ message, extensions: { code } }) => [code, message]) : [];
};
const times = (count: number, text: (index: number) => string, separator = ' ') => Array.from({ length: count }, (_, index) => text(index)).join(separator);

describe('The documents that are kept', () => {
  it('are read and prepared once, whichever of their operations is asked for', () => {
    const { documents, prepared } = cache();
    const text = 'query A { secret } query B { secret }';
    const first = documents.open(text);
    expect(documents.open(`${text}`, documentHash(text))).toBe(first);
    if (first.kind !== 'valid') throw new Error('It is valid');
    expect(first.select('A')).toBe(first.select('A'));
    expect(first.select('B')).not.toBe(first.select('A'));
    expect(prepared).toHaveLength(2);
  });

  it('are bounded in number and in length', () => {
    const few = cache({ capacity: 2 }).documents;
    const first = few.open('{ a: secret }');
    few.open('{ b: secret }');
    few.open('{ c: secret }');
    expect(few.open('{ a: secret }')).not.toBe(first);
    const short = cache({ maxCharacters: 1_000 }).documents;
    const long = `{ secret } #${'x'.repeat(700)}`;
    const kept = short.open(long);
    expect(short.open(long)).toBe(kept);
    short.open(`${long}x`);
    expect(short.open(long)).not.toBe(kept);
    const longer = `{ secret } #${'x'.repeat(1_000)}`;
    expect(short.open(longer)).not.toBe(short.open(longer));
  });

  it('are not pushed out by nonsense', () => {
    const { documents } = cache({ capacity: 1 });
    const kept = documents.open('{ secret }');
    documents.open('{ nonsense }');
    documents.open('{');
    expect(documents.open('{ secret }')).toBe(kept);
  });

  it('are not mistaken for texts that have the same bytes', () => {
    expect(errorsOf('{ product(id: "\ud800") { name } }')).toEqual([['GRAPHQL_PARSE_FAILED', 'The document is not valid Unicode']]);
  });

  it('keep nothing of their texts', () => {
    const { documents, prepared } = cache();
    const opened = documents.open('{ secret }');
    if (opened.kind === 'valid') opened.select(undefined);
    expect(prepared[0]?.operation.loc).toBeUndefined();
  });
});

describe('What is hidden', () => {
  const suggestive = '{ secre product(idd: 1) { nam } }';

  it('is hidden from errors as well', () => {
    const messages = errorsOf(suggestive, { introspection: false }).map(([, message]) => message).join();
    expect(messages).toContain('Cannot query field "secre"');
    expect(messages).not.toMatch(/Did you mean|secret|name/);
    expect(errorsOf(suggestive).map(([, message]) => message).join()).toContain('Did you mean "secret"');
  });

  it('is hidden from introspection', () => {
    for (const text of ['{ __schema { types { name } } }', '{ __type(name: "Product") { name } }']) {
      expect(errorsOf(text, { introspection: false })).toContainEqual(['GRAPHQL_VALIDATION_FAILED', expect.stringContaining('introspection has been disabled')]);
    }
    expect(errorsOf('{ __typename }', { introspection: false })).toEqual([]);
  });

  it('is hidden from errors about variables', () => {
    const { documents, prepared } = cache();
    const opened = documents.open('query($i: Input) { product(input: $i) { name } }');
    if (opened.kind === 'valid') opened.select(undefined);
    const [operation] = prepared;
    if (!operation) throw new Error('It was prepared');
    const check = (hideSuggestions: boolean) => variableRules(operation.operation, [], schema, { hideSuggestions }).check({ i: { confidentia: 1 } })[0]?.message;
    expect(check(true)).not.toContain('confidential');
    expect(check(false)).toContain('Did you mean "confidential"');
  });
});

describe('A document that is meant to do harm', () => {
  it('is not taken for one because of brackets that are part of a text', () => {
    expect(errorsOf(`# ${'{'.repeat(1_000)}\n{ product(id: "${'(['.repeat(1_000)}") { name } }`)).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['10,000 levels of fields', '{ product '.repeat(10_000), 'GRAPHQL_PARSE_FAILED'],
    ['10,000 levels of lists', `{ product(id: ${'['.repeat(10_000)}`, 'GRAPHQL_PARSE_FAILED'],
    ['10,000 levels of types', `query($a: ${'['.repeat(10_000)}Int`, 'GRAPHQL_PARSE_FAILED'],
    ['levels of objects behind brackets in a comment', `#${'}'.repeat(1_000)}\n{ product(input: ${'{ product: '.repeat(1_000)}null${'}'.repeat(1_000)}) { name } }`, 'GRAPHQL_PARSE_FAILED'],
    ['levels of fragments between brackets in strings', `${'{ ... @skip(if: "}}}}") '.repeat(400)}{ secret }${'}'.repeat(400)}`, 'GRAPHQL_PARSE_FAILED'],
    ['10,000 levels of fragments', `{ ...F0 } ${times(1_200, (index) => `fragment F${index} on Query { ...F${index + 1} }`)}`, 'GRAPHQL_VALIDATION_FAILED'],
    ['levels through fragments', `{ ...F0 } ${times(110, (index) => `fragment F${index} on Product { product { ...F${index + 1} } }`)} fragment F110 on Product { name }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['10,000 aliases', `{ ${times(10_000, (index) => `a${index}: secret`)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['too many aliases', `{ product { ${times(1_001, (index) => `a${index}: name`)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['too many root fields', `{ ${times(201, (index) => `a${index}: secret`)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['too many questions about the schema', `{ ${times(11, (index) => `a${index}: __schema { types { name } }`)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['too many directives', `{ secret ${times(501, () => '@skip(if: false)')} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['one field again and again', `{ ${times(4_000, () => 'secret')} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['fragments that are each other', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a fragment that is itself', '{ product { ...A } } fragment A on Product { product { ...A } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['fragments that double at each level', `{ ...F0 } ${times(60, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)} fragment F60 on Query { secret }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['fields that double at each level', `{ product { ...F0 } } ${times(60, (index) => `fragment F${index} on Product { a: product { ...F${index + 1} } b: product { ...F${index + 1} } }`)} fragment F60 on Product { name }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['fragments to be compared each with each', `{ product { ${times(1_000, (index) => `...F${index}`)} } } ${times(1_000, (index) => `fragment F${index} on Product { name }`)}`, 'GRAPHQL_VALIDATION_FAILED'],
    ['equal fields to be compared at each level', `{ ${'product { '.repeat(1)}${times(50, () => `product { ${times(40, () => 'product { name }')} }`)} } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['unknown fields', `{ ${times(150, (index) => `x${index}`)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['unknown variables', `query(${times(2_000, (index) => `$v${index}: Int`)}) { secret }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['a number that no number holds', `{ product(id: 1${'0'.repeat(400)}) { name } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['nothing', '', 'GRAPHQL_PARSE_FAILED'],
    ['zeros', '\0'.repeat(1_000), 'GRAPHQL_PARSE_FAILED'],
    ['a string without an end', `{ product(id: "${'x'.repeat(100_000)}`, 'GRAPHQL_PARSE_FAILED'],
  ])('of %s is refused by a few errors', (_, text, code) => {
    const errors = errorsOf(text);
    expect(errors.map(([given]) => given)).toEqual(errors.map(() => code));
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(21);
    expect(errors.join().length).toBeLessThan(20_000);
  });
});
