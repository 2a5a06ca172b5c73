import { buildSchema, findBreakingChanges, type GraphQLSchema } from 'graphql';
import acceptedChanges from '@test-planning/schema/graphql/accepted-changes.json';
import releasedSdl from '@test-planning/schema/graphql/released.graphql';
import { clientSchema } from './client-schema';

interface AcceptedChange {
  /** In the words of graphql-js. */
  change: string;
  /** Why clients have to bear it. */
  reason: string;
}

/** Every breaking change that was not accepted, and every accepted one that does not occur (any more). */
const unreviewed = (released: GraphQLSchema, current: GraphQLSchema, accepted: readonly AcceptedChange[]): string[] => {
  const breaking = findBreakingChanges(released, current).map(({ description }) => description);
  return [
    ...breaking.filter((description) => !accepted.some(({ change }) => change === description)).map((description) => `Not accepted: ${description}`),
    ...accepted.filter(({ change }) => !breaking.includes(change)).map(({ change }) => `Accepted, but does not occur: ${change}`),
  ];
};

describe('Compatibility with the last release', () => {
  it('breaks no client, but for what schema/graphql/accepted-changes.json accepts', () => {
    expect(unreviewed(buildSchema(releasedSdl), clientSchema(), acceptedChanges)).toEqual([]);
  });

  it('is given up nowhere without a reason', () => {
    for (const { change, reason } of acceptedChanges as AcceptedChange[]) expect([change, reason.length > 20]).toEqual([change, true]);
    expect(new Set(acceptedChanges.map(({ change }) => change)).size).toBe(acceptedChanges.length);
  });

  it('would name every change that breaks a client, and every exception that is out of date', () => {
    const released = buildSchema('type Query { a: Int! b(x: Int): String } enum E { P Q }');
    const current = buildSchema('type Query { a: Int b(x: Int, y: Int!): String } enum E { P }');
    const accepted = ['Q was removed from enum type E.', 'Query.c was removed.'].map((change) => ({ change, reason: 'a test' }));
    expect(unreviewed(released, current, accepted).sort()).toEqual([
      'Accepted, but does not occur: Query.c was removed.',
      'Not accepted: A required arg y on Query.b was added.',
      'Not accepted: Query.a changed type from Int! to Int.',
    ]);
  });
});
