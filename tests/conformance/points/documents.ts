import { codesOf, type Result } from '../clients/following';
import { holds, same } from '../deviation';
import { graphqlSpec, transportWs, type Point } from '../point';
import type { Trial } from '../trial';

const refused = transportWs('Error: operation execution errors, before any result, are told by `error`, which terminates the operation and no more messages will be sent');
const DEEP = 10_000;

interface Refusal {
  readonly name: string;
  readonly query: (channel: string) => string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly holds?: Point['holds'];
}

const refusals: readonly Refusal[] = [
  { name: 'syntax', query: () => 'subscription {' },
  { name: 'unknown-field', query: (channel) => `subscription { added(channel: "${channel}") { nothing } }` },
  { name: 'unknown-subscription', query: () => 'subscription { nothing }' },
  { name: 'missing-variable', query: () => 'subscription($channel: String!) { added(channel: $channel) { number } }' },
  { name: 'wrong-variable', query: () => 'subscription($channel: String!) { added(channel: $channel) { number } }', variables: { channel: 7 } },
  {
    name: 'two-fields', query: (channel) => `subscription { a: added(channel: "${channel}") { number } b: added(channel: "${channel}") { number } }`,
    holds: graphqlSpec('5.2.4.1, Single Root Field: a subscription has exactly one root field'),
  },
  { name: 'circular-fragments', query: (channel) => `subscription { added(channel: "${channel}") { ...A } } fragment A on Entry { ...B } fragment B on Entry { ...A }` },
  { name: 'deep', query: (channel) => `subscription { added(channel: "${channel}") ${'{ item '.repeat(DEEP)} { id } ${'}'.repeat(DEEP)} }` },
];

async function lives(trial: Trial): Promise<void> {
  const answer: Result = await trial.ask('{ __typename }');
  same('what the gateway answers afterwards', answer.data, { __typename: 'Query' });
}

/** Documents that are refused before anything is asked of a subgraph. */
export const documents: readonly Point[] = refusals.map(({ name, query, variables, holds: sentence = refused }) => ({
  name: `documents.${name}`, kind: 'core', holds: sentence, needs: ['socket'],
  async check(trial) {
    const socket = await trial.socket();
    const answer = await socket.answer({ query: query(trial.channel.name), ...(variables ? { variables } : {}) });
    holds('errors', (answer.errors ?? []).length > 0, answer);
    holds('no internal error', !codesOf(answer.errors).includes('INTERNAL_SERVER_ERROR'), answer.errors);
    same('what the socket goes on with', (await socket.answer({ query: '{ __typename }' })).data, { __typename: 'Query' });
    same('subscriptions of the subgraph', trial.channel.begun, []);
    await lives(trial);
  },
}));
