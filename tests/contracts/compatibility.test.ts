import { buildSchema, findBreakingChanges, type GraphQLSchema } from 'graphql';
import releasedSdl from '@test-planning/schema/graphql/released.graphql';
import { clientSchema } from './client-schema';

const breaking = (released: GraphQLSchema, current: GraphQLSchema): string[] =>
  findBreakingChanges(released, current).map(({ description }) => description);

describe('Compatibility with the last release', () => {
  it('breaks no client', () => {
    expect(breaking(buildSchema(releasedSdl), clientSchema())).toEqual([]);
  });

  it('would name every change that breaks one', () => {
    const released = buildSchema('type Query { a: Int! b(x: Int): String } enum E { P Q }');
    const current = buildSchema('type Query { a: Int b(x: Int, y: Int!): String } enum E { P }');
    expect(breaking(released, current).sort()).toEqual([
      'A required arg y on Query.b was added.',
      'Q was removed from enum type E.',
      'Query.a changed type from Int! to Int.',
    ]);
  });
});
