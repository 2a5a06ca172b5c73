import { becomes, holds, same } from '../deviation';
import { protocol, type Point } from '../point';
import { hears, type Trial } from '../trial';

const drained = protocol('on SIGTERM no new operation is taken; queries and mutations end; then each socket is closed with 1001');
const WITHIN_MS = 30_000;
/** Closed at times of their own, so that one that has an operation would be closed among them. */
const IDLE_SOCKETS = 30;

const added = (trial: Trial) => ({ query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: trial.from(0) });
const point = (name: string, check: Point['check'], ...needs: NonNullable<Point['needs']>): Point => ({ name: `drain.${name}`, kind: 'core', holds: drained, needs: ['process', ...needs], alone: true, check });

/** A gateway that is told to stop. */
export const drain: readonly Point[] = [
  point('socket', async (trial) => {
    const { gateway, trial: own } = await trial.another();
    const socket = await own.socket();
    const following = socket.follow(added(own));
    own.channel.append();
    await hears(following, [1]);
    gateway.signal('SIGTERM');
    same('close code', await socket.closed(WITHIN_MS), 1001);
    await own.isFollowed(0);
    same('exit code', await gateway.exited, 0);
  }, 'socket'),
  point('queries-are-answered', async (trial) => {
    const { gateway, trial: own } = await trial.another();
    const [busy, ...idle] = await Promise.all(Array.from({ length: 1 + IDLE_SOCKETS }, () => own.socket()));
    if (!busy) throw new Error('Sockets were asked for');
    own.channel.holds = true;
    const query = { query: 'query($channel: String!) { patient(channel: $channel) }', variables: { channel: own.channel.name } };
    const operation = busy.follow(query);
    await becomes('a question for the subgraph', () => own.channel.heldAnswers, (held) => held > 0);
    gateway.signal('SIGTERM');
    // By then one that waits for nothing would be closed as well.
    for (const socket of idle) same('close code of a socket without operations', await socket.closed(WITHIN_MS), 1001);
    same('how the socket with a query is closed meanwhile', busy.closing, undefined);
    const late = busy.follow({ query: '{ __typename }' });
    await becomes('an end of what comes after SIGTERM', () => late.end, (end) => end !== undefined);
    holds('a refusal of what comes after SIGTERM', late.end?.kind === 'error', late.end);
    own.channel.release();
    await becomes('an end', () => operation.end, (end) => end !== undefined, WITHIN_MS);
    same('the answer', { end: operation.end, results: operation.results }, { end: { kind: 'complete' }, results: [{ data: { patient: 0 } }] });
    same('close code', await busy.closed(WITHIN_MS), 1001);
  }, 'socket'),
  point('requests-are-answered', async (trial) => {
    const { gateway, trial: own } = await trial.another();
    own.channel.holds = true;
    const idle = await own.socket();
    // Settled rather than awaited later: it may be lost while something else is waited for.
    const answer = Promise.allSettled([own.ask('query($channel: String!) { patient(channel: $channel) }', { channel: own.channel.name })]);
    await becomes('a question for the subgraph', () => own.channel.heldAnswers, (held) => held > 0);
    gateway.signal('SIGTERM');
    same('close code of a socket without operations', await idle.closed(WITHIN_MS), 1001);
    own.channel.release();
    const [answered] = await answer;
    holds('the data { patient: 0 }', answered.status === 'fulfilled' && answered.value.data?.['patient'] === 0, answered);
    same('exit code', await gateway.exited, 0);
  }, 'socket'),
  { ...point('sse', async (trial) => {
    const { gateway, trial: own } = await trial.another();
    const stream = await own.eventStream(added(own));
    own.channel.append();
    await hears(stream, [1]);
    gateway.signal('SIGTERM');
    await becomes('the response to be over', () => stream.end, (end) => end !== undefined, WITHIN_MS);
    holds('a time to come back at (retry:)', stream.events.some(({ retry }) => retry !== undefined && retry >= 0), stream.text.slice(-200));
  }, 'sse'), holds: protocol('While the gateway stops, `retry:` tells each client a time of its own.'), kind: 'extension' },
  point('multipart', async (trial) => {
    const { gateway, trial: own } = await trial.another();
    const stream = await own.multipart(added(own));
    own.channel.append();
    await hears(stream, [1]);
    gateway.signal('SIGTERM');
    const end = await becomes('an end', () => stream.end, (value) => value !== undefined, WITHIN_MS);
    holds('an error that says so', end?.kind === 'error', end);
  }, 'multipart'),
];
