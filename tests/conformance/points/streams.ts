import { codesOf } from '../clients/following';
import { becomes, becomesSame, holds, same } from '../deviation';
import { graphqlSse, multipartProtocol, protocol, type Point } from '../point';
import { endsWith, hears, type Trial } from '../trial';

const added = (trial: Trial) => ({ query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: trial.from(0) });

/** GraphQL over SSE. */
export const sse: readonly Point[] = [
  {
    name: 'sse.offered', kind: 'core', holds: graphqlSse('Distinct connections mode: a POST that accepts text/event-stream is answered by 200 and an event stream'),
    async check(trial) {
      const stream = await trial.eventStream(added(trial));
      same('status', stream.response.statusCode, 200);
    },
  },
  {
    name: 'sse.next', kind: 'core', holds: graphqlSse('Next: event `next`, with an execution result as data'), needs: ['sse'],
    async check(trial) {
      const stream = await trial.eventStream(added(trial));
      trial.channel.append();
      trial.channel.append();
      await hears(stream, [1, 2]);
    },
  },
  {
    name: 'sse.complete', kind: 'core', holds: graphqlSse('Complete: event `complete`; then the connection is closed'), needs: ['sse'],
    async check(trial) {
      const stream = await trial.eventStream(added(trial));
      trial.channel.append();
      await hears(stream, [1]);
      trial.channel.end();
      await becomesSame('an end', () => stream.end, { kind: 'complete' });
      await becomes('the response to be over', () => stream.response.complete, Boolean);
    },
  },
  {
    name: 'sse.query', kind: 'core', holds: graphqlSse('Distinct connections mode: queries and mutations are answered by one `next` and `complete`'), needs: ['sse'],
    async check(trial) {
      const stream = await trial.eventStream({ query: '{ __typename }' });
      await becomesSame('an end', () => stream.end, { kind: 'complete' });
      same('results', stream.results, [{ data: { __typename: 'Query' } }]);
    },
  },
  {
    name: 'sse.refused', kind: 'core', holds: graphqlSse('errors of execution come in the stream: `next` with errors, then `complete`'), needs: ['sse'],
    async check(trial) {
      trial.channel.refusal = { code: 'NOT_FOR_YOU', message: 'Not for you' };
      const stream = await trial.eventStream(added(trial));
      await endsWith(stream, ['NOT_FOR_YOU']);
      await becomes('a complete event', () => stream.events.map(({ event }) => event), (events) => events.at(-1) === 'complete');
    },
  },
  ...([
    ['parse-errors', 'a text that is no GraphQL', 'subscription {'],
    ['validation-errors', 'a field that is not there', 'subscription { gone }'],
    ['root-field-errors', 'two root fields', 'subscription { a: __typename b: __typename }'],
    ['query-errors', 'a query with a field that is not there', '{ gone }'],
  ] as const).map(([name, what, query]): Point => ({
    name: `sse.${name}`, kind: 'core', holds: graphqlSse(`Validation steps that run before execution MUST report errors through an accepted SSE connection by emitting \`next\` events: ${what}`), needs: ['sse'],
    async check(trial) {
      const stream = await trial.eventStream({ query });
      same('status', stream.response.statusCode, 200);
      await becomesSame('the events', () => stream.events.filter(({ isComment }) => !isComment).map(({ event }) => event), ['next', 'complete']);
      const data = stream.events.find(({ event }) => event === 'next')?.data ?? '';
      const { errors } = JSON.parse(data) as { errors?: readonly { message?: string }[] };
      holds('errors with messages', errors?.[0]?.message !== undefined, data);
    },
  })),
  {
    name: 'sse.leave', kind: 'core', holds: graphqlSse('a client leaves by closing the connection'), needs: ['sse'],
    async check(trial) {
      const stream = await trial.eventStream(added(trial));
      await trial.isFollowed();
      stream.leave();
      await trial.isFollowed(0);
    },
  },
  {
    name: 'sse.heartbeat', kind: 'core', holds: protocol('a comment comes every 12 seconds'), needs: ['sse'],
    async check(trial) {
      const stream = await trial.eventStream(added(trial));
      await trial.isFollowed();
      const before = stream.events.length;
      await becomes('a comment', () => stream.events.slice(before), (events) => events.some(({ isComment }) => isComment), 40_000);
    },
  },
  {
    name: 'sse.id', kind: 'extension', holds: protocol('`id:` of each event'), needs: ['sse'],
    async check(trial) {
      const stream = await trial.eventStream(added(trial));
      for (let count = 0; count < 3; count += 1) trial.channel.append();
      await hears(stream, [1, 2, 3]);
      same('ids of events', stream.events.filter(({ event }) => event === 'next').map(({ id }) => id), [1, 2, 3].map((number) => trial.channel.cursorOf(number)));
    },
  },
];

/** Apollo's multipart protocol. */
export const multipart: readonly Point[] = [
  {
    name: 'multipart.offered', kind: 'core', holds: multipartProtocol('a request that accepts multipart/mixed;subscriptionSpec=1.0 is answered by 200 and multipart/mixed with a boundary'),
    async check(trial) {
      const stream = await trial.multipart(added(trial));
      same('status', stream.response.statusCode, 200);
      holds('a content type with a boundary', /^multipart\/mixed;.*boundary=/.test(stream.response.headers['content-type'] ?? ''), stream.response.headers['content-type']);
    },
  },
  {
    name: 'multipart.parts', kind: 'core', holds: multipartProtocol('each event is a part, {"payload": <result>}'), needs: ['multipart'],
    async check(trial) {
      const stream = await trial.multipart(added(trial));
      trial.channel.append();
      // It has to be there before the next one comes, so its boundary as well.
      await hears(stream, [1]);
      trial.channel.append();
      await hears(stream, [1, 2]);
    },
  },
  {
    name: 'multipart.heartbeat', kind: 'core', holds: multipartProtocol('Heartbeats: {} every 5 seconds'), needs: ['multipart'],
    async check(trial) {
      const stream = await trial.multipart(added(trial));
      await becomes('two heartbeats', () => stream.heartbeats, (heartbeats) => heartbeats >= 2, 30_000);
    },
  },
  {
    name: 'multipart.completes', kind: 'core', holds: multipartProtocol('the end is the closing boundary'), needs: ['multipart'],
    async check(trial) {
      const stream = await trial.multipart(added(trial));
      trial.channel.append();
      await hears(stream, [1]);
      trial.channel.end();
      await becomesSame('an end', () => stream.end, { kind: 'complete' });
    },
  },
  {
    name: 'multipart.fatal-error', kind: 'core', holds: protocol('what ends the subscription is a part with `{"payload":null,"errors":[...]}`'), needs: ['multipart'],
    async check(trial) {
      const stream = await trial.multipart(added(trial));
      trial.channel.append();
      await hears(stream, [1]);
      trial.channel.end('IT_IS_OVER');
      const end = await becomes('an end', () => stream.end, (value) => value !== undefined);
      holds('an end with IT_IS_OVER', end?.kind === 'error' && codesOf(end.errors).includes('IT_IS_OVER'), end);
      await becomes('the closing boundary', () => stream.parts.isClosed, Boolean);
    },
  },
  {
    name: 'multipart.leave', kind: 'core', holds: multipartProtocol('a client leaves by closing the connection'), needs: ['multipart'],
    async check(trial) {
      const stream = await trial.multipart(added(trial));
      await trial.isFollowed();
      stream.leave();
      await trial.isFollowed(0);
    },
  },
];
