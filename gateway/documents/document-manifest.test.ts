import { readManifest } from './document-manifest';

const apollo = (operations: unknown, rest: object = {}) => JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations, ...rest });

describe('A list of trusted documents', () => {
  it('may be a manifest as Apollo has it', () => {
    const operations = [{ id: 'a1', name: 'A', type: 'query', body: 'query A { a }' }, { id: 'b1', name: 'B', type: 'mutation', body: 'mutation B { b }' }];
    expect([...readManifest(apollo(operations))]).toEqual([['a1', 'query A { a }'], ['b1', 'mutation B { b }']]);
  });

  it('may be an object of texts', () => {
    expect([...readManifest('{"a1": "{ a }", "b1": "{ b }"}')]).toEqual([['a1', '{ a }'], ['b1', '{ b }']]);
  });

  it('may name one document twice', () => {
    expect(readManifest(apollo([{ id: 'a', body: '{ a }' }, { id: 'a', body: '{ a }' }])).size).toBe(1);
  });

  it.each([
    ['no JSON', '{', /^It is no JSON: /],
    ['a list', '[]', 'It is no JSON object'],
    ['nothing', 'null', 'It is no JSON object'],
    ['another format', '{"format": "other", "version": 1}', 'Its format is "other", version 1; "apollo-persisted-query-manifest", version 1, is known here'],
    ['another version', apollo([], { version: 2 }), /version 2; /],
    ['no operations', apollo(undefined), '"operations" is no list'],
    ['an operation that is none', apollo([1]), 'operations[0] is no object'],
    ['no identifier', apollo([{ body: '{ a }' }]), 'operations[0] has no identifier'],
    ['an empty identifier', '{"": "{ a }"}', '"" has no identifier'],
    ['no text', '{"a": 1}', '"a" has no text of a document'],
    ['a text that is no document', '{"a": "{ a }", "b": "{"}', '"b" is no GraphQL document: Syntax Error: Expected Name, found <EOF>.'],
    ['two documents of one identifier', apollo([{ id: 'a', body: '{ a }' }, { id: 'a', body: '{ b }' }]), 'operations[1] has the identifier "a", which another document has as well'],
  ])('is refused if it is or has %s', (_, json, message) => {
    expect(() => readManifest(json)).toThrow(message);
  });
});
