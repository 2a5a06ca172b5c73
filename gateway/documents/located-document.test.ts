import { buildSchema, parse, specifiedRules, validate } from 'graphql';
import { parseLocated } from './located-document';

const schema = buildSchema('type Query { a(x: Int): Query b: Int }');

describe('parseLocated', () => {
  it.each([
    ['\n', 'a line feed'],
    ['\r', 'a carriage return'],
    ['\r\n', 'both'],
  ])('locates errors like graphql-js where a line ends in %j', (end) => {
    const text = ['{', '  a { nosuch b', '   a { other } } ', '#', 'c }', 'query ($v: Int) { b b: a { b } }'].join(end);
    const { document, located } = parseLocated(text, 1_000);
    const errors = validate(schema, document, specifiedRules).map((error) => located(error, 'CODE'));
    const expected = validate(schema, parse(text), specifiedRules);
    expect(errors.map(({ message, locations, extensions }) => ({ message, locations, code: extensions.code })))
      .toEqual(expected.map(({ message, locations }) => ({ message, locations, code: 'CODE' })));
    expect(expected.length).toBeGreaterThan(3);
  });

  it('gives an error of many nodes ten locations', () => {
    const { document, located } = parseLocated(`{ ${Array.from({ length: 50 }, (_, index) => `a(x: ${index}) { b }`).join(' ')} }`, 1_000);
    const [error] = validate(schema, document, specifiedRules, { maxErrors: 1 }).map((found) => located(found, 'CODE'));
    expect(error?.locations?.length).toBeLessThanOrEqual(10);
  });

  it('keeps no tokens in the document', () => {
    const { document } = parseLocated('{ b }', 10);
    expect(JSON.stringify(document)).toBe(JSON.stringify(parse('{ b }', { noLocation: true })));
  });
});
