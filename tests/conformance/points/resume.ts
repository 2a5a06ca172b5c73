import { finalErrors } from '../clients/following';
import { becomes, becomesSame, holds, same } from '../deviation';
import { protocol, type Point, type Sentence } from '../point';
import { endsWith, hears, numbers, numbersOf, type Trial } from '../trial';

const complete = protocol('it gets every event once, in order, across lost sockets and restarts of subgraphs and across new supergraphs');
const positions = protocol('It may tell positions: once when the subscription has begun, and from time to time while nothing matches.');
const noGap = protocol('When that can\'t be kept the subscription ends with an error that says why; it never goes on with a gap.');
const honest = protocol('honest ends: when the upstream is lost, or the client falls behind the bound, the subscription ends with `UNAVAILABLE`');
const cursorCodes = protocol('A cursor that can\'t be honoured is an error with a code of its own (ours: `CURSOR_EXPIRED`, `CURSOR_INVALID`), never silence.');

const extension = (name: string, sentence: Sentence, check: Point['check']): Point => ({ name: `resume.${name}`, kind: 'extension', holds: sentence, alone: true, check });
const core = (name: string, sentence: Sentence, check: Point['check']): Point => ({ name: `resume.${name}`, kind: 'core', holds: sentence, alone: true, check });

/** A gateway waits between its attempts, the longer the more have failed. */
const LOST_FOR_MS = 30_000;

/** The subgraph is gone for a while, in which something happens. */
async function restartFeed(trial: Trial, meanwhile: () => void): Promise<void> {
  const { feed } = trial.field.subgraphs;
  await feed.stop();
  meanwhile();
  await feed.start();
}

const breakSockets = (trial: Trial): void => trial.field.subgraphs.feed.breakSockets();

/** What a gateway does when a subgraph is lost, without its client's doing anything. */
const upstream: readonly Point[] = [
  extension('lost-socket', complete, async (trial) => {
    const following = await trial.added();
    for (let count = 0; count < 3; count += 1) trial.channel.append();
    await hears(following, numbers(3));
    breakSockets(trial);
    trial.channel.append();
    await hears(following, numbers(4));
    trial.channel.append();
    await hears(following, numbers(5));
  }),
  extension('subgraph-restart', complete, async (trial) => {
    const following = await trial.added({ select: 'item { label }' });
    trial.channel.append();
    await hears(following, [1]);
    await restartFeed(trial, () => {
      trial.channel.append();
      trial.channel.append();
    });
    await hears(following, [1, 2, 3], undefined, LOST_FOR_MS);
    trial.channel.append();
    await hears(following, numbers(4));
  }),
  extension('in-a-burst', complete, async (trial) => {
    const following = await trial.added({ select: 'text item { label }' });
    for (let round = 0; round < 5; round += 1) {
      for (let count = 0; count < 40; count += 1) trial.channel.append();
      await becomes('some of them', () => following.results.length, (length) => length > round * 40);
      breakSockets(trial);
    }
    await hears(following, numbers(200), undefined, LOST_FOR_MS);
    trial.channel.append();
    await hears(following, numbers(201));
  }),
  extension('before-the-first-event', positions, async (trial) => {
    const following = await trial.added({ after: 'now' });
    await trial.isFollowed();
    await trial.ask('{ __typename }');
    await restartFeed(trial, () => trial.channel.append());
    await hears(following, [1], undefined, LOST_FOR_MS);
  }),
  extension('after-a-quiet-time', positions, async (trial) => {
    const query = 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after, only: "yes") { number } }';
    const following = await trial.follow({ query, variables: trial.from(0) });
    trial.channel.append({ text: 'yes' });
    await hears(following, [1]);
    for (let count = 0; count < 5; count += 1) trial.channel.append({ text: 'no' });
    await trial.ask('{ __typename }');
    trial.channel.tellPositions();
    // What comes behind it on the same connection comes after it.
    trial.channel.append({ text: 'yes' });
    await hears(following, [1, 7]);
    for (let count = 0; count < 5; count += 1) trial.channel.append({ text: 'no' });
    trial.channel.tellPositions();
    const told = trial.channel.cursorOf(12);
    breakSockets(trial);
    await becomes('a subscription from a later place than the last event', () => trial.channel.begun.length, (times) => times > 1, LOST_FOR_MS);
    // The position may have been lost with the socket; then the last event's cursor is as right.
    holds('the last place that was told', [told, trial.channel.cursorOf(7)].includes(trial.channel.begun.at(-1) ?? ''), trial.channel.begun);
    trial.channel.append({ text: 'yes' });
    await hears(following, [1, 7, 13]);
  }),
  extension('without-its-cursor-selected', protocol('the event\'s cursor field, if selected'), async (trial) => {
    const following = await trial.follow({ query: 'subscription($channel: String!, $after: String) { it: added(channel: $channel, after: $after) { cursor: number } }', variables: trial.from(0) });
    trial.channel.append();
    const cursors = (): readonly unknown[] => following.results.map(({ data }) => data?.['it']);
    await becomesSame('results', cursors, [{ cursor: 1 }]);
    breakSockets(trial);
    trial.channel.append();
    await becomesSame('results', cursors, [{ cursor: 1 }, { cursor: 2 }]);
  }),
  extension('many-clients', complete, async (trial) => {
    const all = [...await Promise.all([1, 2, 3, 4].map(() => trial.added())), await trial.added({ select: 'item { label }' })];
    for (let count = 0; count < 5; count += 1) trial.channel.append();
    for (const following of all) await hears(following, numbers(5));
    await restartFeed(trial, () => trial.channel.append());
    trial.channel.append();
    for (const following of all) await hears(following, numbers(7), undefined, LOST_FOR_MS);
  }),
  extension('cursor-expired-meanwhile', noGap, async (trial) => {
    const following = await trial.added();
    trial.channel.append();
    await hears(following, [1]);
    await restartFeed(trial, () => {
      for (let count = 0; count < 3; count += 1) trial.channel.append();
      trial.channel.forgotten = 3;
    });
    await endsWith(following, ['CURSOR_EXPIRED'], LOST_FOR_MS);
    same('entries until then', numbersOf(following), [1]);
  }),
  extension('without-a-place', protocol('One who tells none loses this: whoever is lost before the first event can\'t be resumed.'), async (trial) => {
    trial.channel.tellsPositions = false;
    const following = await trial.added({ after: 'now' });
    await trial.isFollowed();
    breakSockets(trial);
    trial.channel.append();
    await endsWith(following, ['UNAVAILABLE'], LOST_FOR_MS);
    same('entries', numbersOf(following), []);
  }),
  core('honest-end', honest, async (trial) => {
    const following = await trial.follow({ query: 'subscription($channel: String!) { heard(channel: $channel) { number } }', variables: { channel: trial.channel.name } });
    await trial.isFollowed();
    trial.channel.append();
    await hears(following, [1], 'heard');
    await restartFeed(trial, () => trial.channel.append());
    const end = await becomes('an end', () => following.end, (value) => value !== undefined, LOST_FOR_MS);
    holds('an error, or the connection to be closed, for entries are missing', end?.kind === 'lost' || finalErrors(following) !== undefined, end);
    same('entries until then', numbersOf(following, 'heard'), [1]);
  }),
  extension('honest-end-says-so', honest, async (trial) => {
    const following = await trial.follow({ query: 'subscription($channel: String!) { heard(channel: $channel) { number } }', variables: { channel: trial.channel.name } });
    await trial.isFollowed();
    breakSockets(trial);
    await endsWith(following, ['UNAVAILABLE'], LOST_FOR_MS);
  }),
];

/** Clients that come back with their place. */
const returning: readonly Point[] = [
  core('by-argument', protocol('the field\'s argument'), async (trial) => {
    for (let count = 0; count < 3; count += 1) trial.channel.append();
    const first = await trial.added({ select: 'cursor' });
    await hears(first, numbers(3));
    const { cursor } = first.results[1]?.data?.['added'] as { cursor: string };
    first.vanish();
    trial.channel.append();
    const again = await trial.follow({ query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: { channel: trial.channel.name, after: cursor } });
    await hears(again, [3, 4]);
  }),
  { ...extension('by-subscribe-extensions', protocol('`extensions.cursor` of `subscribe`'), async (trial) => {
    for (let count = 0; count < 3; count += 1) trial.channel.append();
    const { query, variables } = { query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: trial.from('now') };
    const socket = await trial.socket();
    const again = socket.follow({ query, variables, cursor: trial.channel.cursorOf(1) });
    await hears(again, [2, 3]);
    trial.channel.append();
    await hears(again, [2, 3, 4]);
  }), needs: ['socket'] },
  ...(['sse', 'multipart'] as const).map((transport): Point => ({ ...extension(`by-last-event-id-${transport}`, protocol('`Last-Event-ID`'), async (trial) => {
    for (let count = 0; count < 3; count += 1) trial.channel.append();
    const asked = { query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: trial.from(0), cursor: trial.channel.cursorOf(2) };
    const again = transport === 'sse' ? await trial.eventStream(asked) : await trial.multipart(asked);
    await hears(again, [3]);
    trial.channel.append();
    await hears(again, [3, 4]);
  }), needs: [transport] })),
  { ...extension('by-position', protocol('Positions come when a subscription has begun and whenever its subgraph tells one.'), async (trial) => {
    const query = 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after, only: "yes") { number } }';
    const first = (await trial.socket()).follow({ query, variables: trial.from('now') });
    await becomesSame('the place when it has begun', () => first.place, trial.channel.cursorOf(0));
    for (let count = 0; count < 3; count += 1) trial.channel.append({ text: 'no' });
    // One that a matching entry has pushed along: the subscriber of the subgraph has passed the others by then.
    trial.channel.append({ text: 'yes' });
    await hears(first, [4]);
    trial.channel.tellPositions();
    await becomesSame('the place after a quiet time', () => first.place, trial.channel.cursorOf(4));
    first.vanish();
    trial.channel.append({ text: 'yes' });
    const again = (await trial.socket()).follow({ query, variables: trial.from('now'), cursor: first.place ?? '' });
    await hears(again, [5]);
  }), needs: ['socket'] },
  { ...extension('no-unasked-positions', protocol('Positions are sent to a client that asks for them in `connection_init`, or has named a cursor.'), async (trial) => {
    const unasked = await trial.socket(undefined, {});
    const following = unasked.follow({ query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: trial.from('now') });
    await trial.isFollowed();
    trial.channel.append();
    await hears(following, [1]);
    trial.channel.tellPositions();
    trial.channel.append();
    await hears(following, [1, 2]);
    same('pings with a payload', unasked.messages.filter(({ type, payload }) => type === 'ping' && payload !== undefined), []);
  }), needs: ['socket'] },
  { ...extension('transport-wins', protocol('wins over the argument'), async (trial) => {
    for (let count = 0; count < 4; count += 1) trial.channel.append();
    const again = (await trial.socket()).follow({
      query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: trial.from(0), cursor: trial.channel.cursorOf(3),
    });
    await hears(again, [4]);
  }), needs: ['socket'] },
  { ...extension('not-resumable', protocol('On a field that is not resumable it is refused with `BAD_USER_INPUT`.'), async (trial) => {
    const refused = (await trial.socket()).follow({ query: 'subscription($channel: String!) { heard(channel: $channel) { number } }', variables: { channel: trial.channel.name }, cursor: 'x' });
    await endsWith(refused, ['BAD_USER_INPUT'], LOST_FOR_MS);
  }), needs: ['socket'] },
  core('tampered-cursor', cursorCodes, async (trial) => {
    trial.channel.append();
    const cursor = `${trial.channel.cursorOf(1).slice(0, -2)}AA`;
    const refused = await trial.follow({ query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: { channel: trial.channel.name, after: cursor } });
    await endsWith(refused, ['CURSOR_INVALID'], LOST_FOR_MS);
    same('entries', numbersOf(refused), []);
  }),
  core('expired-cursor', cursorCodes, async (trial) => {
    for (let count = 0; count < 4; count += 1) trial.channel.append();
    trial.channel.forgotten = 2;
    const refused = await trial.added({ after: 1 });
    await endsWith(refused, ['CURSOR_EXPIRED'], LOST_FOR_MS);
    same('entries', numbersOf(refused), []);
    await hears(await trial.added({ after: 2 }), [3, 4]);
  }),
];

export const resume: readonly Point[] = [...upstream, ...returning];
