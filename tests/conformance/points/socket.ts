import { becomes, becomesSame, holds, same } from '../deviation';
import { protocol, transportWs, type Point, type Sentence } from '../point';
import type { Socket } from '../clients/socket';
import { hears, type Trial } from '../trial';

const closing = transportWs('4400: a message that is none, or not for the server');
const HUGE = 32 * 1024 * 1024;

/** The gateway closes a socket for what was said on it, with this code, and lives on. */
const closes = (name: string, code: number, sentence: Sentence, act: (socket: Socket, trial: Trial) => unknown, options: { readonly ready?: boolean; readonly withinMs?: number } = {}): Point => ({
  name: `socket.${name}`, kind: 'core', holds: sentence, needs: ['socket'],
  async check(trial) {
    const socket = options.ready === false ? await trial.openSocket() : await trial.socket();
    await act(socket, trial);
    same('close code', await socket.closed(options.withinMs), code);
    same('what the gateway answers afterwards', (await trial.ask('{ __typename }')).data, { __typename: 'Query' });
  },
});

const added = (trial: Trial) => ({ query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: trial.from(0) });

/** What graphql-transport-ws says. */
export const socket: readonly Point[] = [
  {
    name: 'socket.offered', kind: 'core', holds: transportWs('the subprotocol is graphql-transport-ws; connection_init is answered by connection_ack'),
    check: async (trial) => void await trial.socket(),
  },
  {
    name: 'socket.query', kind: 'core', holds: transportWs('Single result operation: next, then complete'), needs: ['socket'],
    async check(trial) {
      const client = await trial.socket();
      trial.channel.append();
      const operation = client.follow({ query: 'query($channel: String!) { head(channel: $channel) }', variables: { channel: trial.channel.name } });
      await becomesSame('an end', () => operation.end, { kind: 'complete' });
      same('results', operation.results, [{ data: { head: 1 } }]);
    },
  },
  {
    name: 'socket.mutation', kind: 'core', holds: transportWs('Single result operation: next, then complete'), needs: ['socket'],
    async check(trial) {
      const operation = (await trial.socket()).follow({ query: 'mutation($channel: String!) { append(channel: $channel, text: "x") }', variables: { channel: trial.channel.name } });
      await becomesSame('an end', () => operation.end, { kind: 'complete' });
      same('results', operation.results, [{ data: { append: 1 } }]);
      same('entries', trial.channel.entries.length, 1);
    },
  },
  {
    name: 'socket.many-operations', kind: 'core', holds: transportWs('operations on one socket are told apart by their ids'), needs: ['socket'],
    async check(trial) {
      const client = await trial.socket();
      const all = Array.from({ length: 20 }, () => client.follow(added(trial)));
      const query = client.follow({ query: '{ __typename }' });
      trial.channel.append();
      for (const operation of all) await hears(operation, [1]);
      await becomesSame('results of the query between them', () => query.results, [{ data: { __typename: 'Query' } }]);
    },
  },
  {
    name: 'socket.ping', kind: 'core', holds: transportWs('Ping: a pong must be sent in response, as soon as possible'), needs: ['socket'],
    async check(trial) {
      const client = await trial.socket();
      client.send({ type: 'ping' });
      client.send({ type: 'ping', payload: { my: 'own' } });
      await becomes('two pongs', () => client.messages.filter(({ type }) => type === 'pong'), (pongs) => pongs.length === 2);
    },
  },
  {
    name: 'socket.ping-before-init', kind: 'core', holds: transportWs('Ping may be sent at any time within the established socket'), needs: ['socket'],
    async check(trial) {
      const client = await trial.openSocket();
      client.send({ type: 'ping' });
      await becomes('a pong', () => client.messages, (messages) => messages.some(({ type }) => type === 'pong'));
    },
  },
  {
    name: 'socket.id-again', kind: 'core', holds: transportWs('an id can be used again when its operation has completed'), needs: ['socket'],
    async check(trial) {
      const client = await trial.socket();
      client.follow(added(trial), 'again').leave();
      const operation = client.follow(added(trial), 'again');
      trial.channel.append();
      await hears(operation, [1]);
    },
  },
  {
    name: 'socket.complete-unknown', kind: 'core', holds: transportWs('Complete: one that crosses the end of its operation is ignored'), needs: ['socket'],
    async check(trial) {
      const client = await trial.socket();
      client.send({ type: 'complete', id: 'never heard of' });
      same('what comes next', (await client.answer({ query: '{ __typename }' })).data, { __typename: 'Query' });
    },
  },
  {
    name: 'socket.nothing-after-complete', kind: 'core', holds: transportWs('Complete: the client wants no more of the operation'), needs: ['socket'],
    async check(trial) {
      const client = await trial.socket();
      const [left, staying] = [client.follow(added(trial)), client.follow(added(trial))];
      trial.channel.append();
      await hears(left, [1]);
      await hears(staying, [1]);
      left.leave();
      // The gateway has heard of it when it has answered what came behind it.
      await client.answer({ query: '{ __typename }' });
      const before = client.messages.filter(({ id, type }) => id === left.id && type === 'next').length;
      trial.channel.append();
      await hears(staying, [1, 2]);
      same('messages for an operation that was left', client.messages.filter(({ id, type }) => id === left.id && type === 'next').length, before);
    },
  },
  {
    name: 'socket.other-subprotocol', kind: 'core', holds: transportWs('4406: Subprotocol not acceptable'), needs: ['socket'],
    async check(trial) {
      const client = await trial.openSocket('graphql-ws').catch(() => undefined);
      // Refusing the handshake is as clear.
      if (client) same('close code', await client.closed(), 4406);
    },
  },
  closes('subscribe-before-ack', 4401, transportWs('4401: Unauthorized, for subscribe before connection_ack'), (client, trial) => client.follow(added(trial)), { ready: false }),
  closes('second-init', 4429, transportWs('4429: Too many initialisation requests'), (client) => client.initialise()),
  closes('init-timeout', 4408, transportWs('4408: Connection initialisation timeout'), () => undefined, { ready: false, withinMs: 30_000 }),
  closes('duplicate-id', 4409, transportWs('4409: Subscriber for <id> already exists'), (client, trial) => {
    client.follow(added(trial), 'one');
    client.follow(added(trial), 'one');
  }),
  closes('bad-json', 4400, closing, (client) => client.send('{"type":')),
  closes('no-object', 4400, closing, (client) => client.send('[]')),
  closes('unknown-type', 4400, closing, (client) => client.send({ type: 'start', id: '1', payload: { query: '{ __typename }' } })),
  closes('no-id', 4400, closing, (client) => client.send({ type: 'subscribe', payload: { query: '{ __typename }' } })),
  closes('query-no-string', 4400, closing, (client) => client.send({ type: 'subscribe', id: '1', payload: { query: 7 } })),
  closes('servers-message', 4400, closing, (client) => client.send({ type: 'next', id: '1', payload: { data: {} } })),
  closes('binary', 1003, protocol('a binary frame with 1003'), (client) => client.send(Buffer.from('{"type":"ping"}'))),
  closes('oversized', 1009, protocol('one that is too long with 1009'), (client) => client.send({ type: 'ping', payload: { text: 'x'.repeat(HUGE) } })),
  {
    name: 'socket.silent-client', kind: 'core', holds: protocol('A client that answers no ping for 12 seconds is cut off'), needs: ['socket'],
    async check(trial) {
      const client = await trial.socket();
      const operation = client.follow(added(trial));
      await trial.isFollowed();
      // Whoever reads nothing answers no ping either.
      operation.pause();
      await becomesSame('subscriptions of the subgraph:', () => trial.channel.open, 0, 60_000);
      holds('the gateway to live', (await trial.ask('{ __typename }')).status === 200, 'no answer');
    },
  },
];
