import { buildSchema, getIntrospectionQuery } from 'graphql';
import { defaultLimits } from '../config';
import { DocumentCache } from './document-cache';

const schema = buildSchema(`type Query { ${Array.from({ length: 40 }, (_, index) => `field${index}(a: Int, b: Int): Thing${index}`).join(' ')} }
  ${Array.from({ length: 40 }, (_, index) => `type Thing${index} { id: ID! name: String other: Thing${(index + 1) % 40} mood: Mood }`).join('\n')} enum Mood { GOOD BAD }`);

function errorsOf(text: string): readonly string[] {
  const documents = new DocumentCache({ schema, limits: defaultLimits, introspection: true, capacity: 1, maxCharacters: 1_000_000, prepare: () => ({}) });
  const opened = documents.open(text);
  return opened.kind === 'invalid' ? opened.errors.map(({ message }) => message) : [];
}

const refused = ['The operation reads more than 10 times the whole schema'];
const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(' ');

describe('introspection', () => {
  it.each([
    ['the query that tools send', getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true })],
    ['that query five times', `{ ${times(5, (index) => `s${index}: __schema { ...S }`)} } fragment S on __Schema { types { name fields { name args { name type { name } } type { name ofType { name } } } } }`],
    ['900 names of one type', `{ ${times(100, (index) => `t${index}: __typename`)} __type(name: "Mood") { ${times(800, (index) => `n${index}: name`)} } }`],
  ])('may be %s', (_, text) => {
    expect(errorsOf(text)).toEqual([]);
  });

  it.each([
    ['900 aliases of each type\'s fields', `{ __schema { types { ${times(900, (index) => `f${index}: fields { name }`)} } } }`],
    ['aliases of fields of the type of each field', `{ __schema { types { ${times(10, (index) => `f${index}: fields { type { ${times(10, (inner) => `g${inner}: fields { name }`)} } }`)} } } }`],
    ['aliases of the longest list of one type', `{ __type(name: "Query") { ${times(600, (index) => `f${index}: fields { name description args { name } type { name } }`)} } }`],
    ['one of 300 operations', `${times(300, (index) => `query q${index} { __typename }`)} query q { __schema { types { ...A } } } fragment A on __Type { ${times(600, (index) => `f${index}: fields { name }`)} }`],
    ['fragments that multiply', `{ __schema { types { ...A } } } fragment A on __Type { ${times(30, (index) => `f${index}: fields { type { ...B } }`)} } fragment B on __Type { ${times(30, (index) => `g${index}: fields { name }`)} }`],
  ])('is refused before it runs when it reads the schema many times over: %s', (_, text) => {
    expect(errorsOf(text)).toEqual(refused);
  });
});
