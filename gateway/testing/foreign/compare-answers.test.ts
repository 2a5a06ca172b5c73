import { GraphQLError } from 'graphql';
import { difference } from './compare-answers';
import type { Answer } from './compare-answers';

const error = (path: readonly (string | number)[], code?: string) => new GraphQLError('It failed', { path, extensions: code === undefined ? {} : { code } });
const answer = (data: Answer['data'], ...errors: GraphQLError[]): Answer => ({ data, errors });

describe('answers', () => {
  it.each<[string, Answer, Answer]>([
    ['values', answer({ a: 1 }), answer({ a: 2 })],
    ['the order of keys', answer({ a: 1, b: 2 }), answer({ b: 2, a: 1 })],
    ['an error that is missing', answer({ a: null }, error(['a'], 'LOST')), answer({ a: null })],
    ['an error that is too much', answer({ a: null }), answer({ a: null }, error(['a'], 'LOST'))],
    ['an error told twice', answer({ a: null }, error(['a'])), answer({ a: null }, error(['a']), error(['a']))],
    ['codes', answer({ a: null }, error(['a'], 'LOST')), answer({ a: null }, error(['a'], 'FOUND'))],
    ['paths', answer({ a: [null, null] }, error(['a', 0])), answer({ a: [null, null] }, error(['a', 1]))],
    ['a null that nothing explains', answer({ a: null }, error(['a', 'b'])), answer({ a: null })],
    ['an entity that failed without a word', answer({ a: { b: null } }, error(['a', 'b'], 'ENTITY_GONE')), answer({ a: { b: null } })],
    ['which entity failed', answer({ a: { b: null }, c: { b: null } }, error(['a', 'b'], 'ENTITY_GONE')), answer({ a: { b: null }, c: { b: null } }, error(['c'], 'ENTITY_GONE'))],
  ])('differ by %s', (_, expected, actual) => {
    expect(difference(expected, actual)).toBeDefined();
  });

  it.each<[string, Answer, Answer]>([
    ['whichever error below a propagated null', answer({ a: null }, error(['a', 'b']), error(['a', 'c'], 'LOST')), answer({ a: null }, error(['a', 'c'], 'LOST'))],
    ['an error of an entity told at it or at its fields', answer({ a: { b: null, c: null } }, error(['a', 'b'], 'ENTITY_GONE'), error(['a', 'c'], 'ENTITY_GONE')), answer({ a: { b: null, c: null } }, error(['a'], 'ENTITY_GONE'))],
    ['the same where the entity itself is null by it', answer({ a: null }, error(['a', 'b'], 'ENTITY_GONE')), answer({ a: null }, error(['a'], 'ENTITY_GONE'))],
    ['nothing said of an entity that is absent', answer({ a: null }, error(['a', 'b'], 'ABSENT')), answer({ a: null })],
    ['an error without a code, masked', answer({ a: null }, error(['a'])), answer({ a: null }, error(['a'], 'INTERNAL_SERVER_ERROR'))],
  ])('agree with %s', (_, expected, actual) => {
    expect(difference(expected, actual)).toBeUndefined();
  });
});
