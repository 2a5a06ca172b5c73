import { codesOf, eventsOf, type Following } from '../clients/following';
import type { Socket } from '../clients/socket';
import { becomes, becomesSame, Deviation, holds, same } from '../deviation';
import { protocol, type Need, type Point, type Sentence } from '../point';
import { endsWith, hears, numbersOf, type Trial } from '../trial';

const denied = protocol('`UNAUTHENTICATED`, `FORBIDDEN`');
const expiry = protocol('**The end of a token** closes the socket with 4403.');
const renewal = protocol('A client may renew it in place, by a `ping` with the new token');
const isolation = protocol('subscriptions that are equal in document, variables and authorization share one upstream');
const READ = 'entries:read';
const PRICES = 'prices:read';

const guarded = (trial: Trial) => ({ query: 'subscription($channel: String!, $after: String) { guarded(channel: $channel, after: $after) { number } }', variables: trial.from(0) });
const mine = (trial: Trial) => ({ query: 'subscription($channel: String!, $after: String) { mine(channel: $channel, after: $after) { number text } }', variables: trial.from(0) });

const point = (name: string, kind: Point['kind'], sentence: Sentence, check: Point['check'], ...needs: readonly Need[]): Point => ({ name: `auth.${name}`, kind, holds: sentence, needs: ['tokens', ...needs], check });

/** An operation is refused before any event. */
async function isRefused(following: Following, ...codes: readonly string[]): Promise<void> {
  await endsWith(following, codes);
  same('events', eventsOf(following), []);
}

/** A socket that says it with this token is closed. */
const refusesSocket = (name: string, token: (trial: Trial) => Promise<string>): Point => point(name, 'core', protocol('`connection_init` carries the token'), async (trial) => {
  const socket = await trial.openSocket();
  socket.initialise(await token(trial));
  const code = await socket.closed();
  holds('the socket to be closed with 4401 or 4403', code === 4401 || code === 4403, code);
  const { status, data } = await trial.ask('{ __typename }', {}, await token(trial));
  holds('401 or 403 over HTTP', (status === 401 || status === 403) && !data, { status, data });
}, 'socket');

/** What the pong to a token says. */
async function renewed(socket: Socket, token: string): Promise<{ readonly expiresAt?: number; readonly refused?: string }> {
  const before = socket.messages.length;
  socket.send({ type: 'ping', payload: { authorization: `Bearer ${token}` } });
  const pong = await becomes('a pong', () => socket.messages.slice(before).find(({ type }) => type === 'pong'), (message) => message !== undefined);
  const { authorization } = (pong?.payload ?? {}) as { authorization?: unknown };
  if (typeof authorization !== 'object' || authorization === null) throw new Deviation('a pong that tells of the authorization', JSON.stringify(pong));
  return authorization;
}

/** Who may hear of what, and for how long. */
export const auth: readonly Point[] = [
  point('public-without-token', 'core', denied, async (trial) => {
    const following = await trial.added();
    trial.channel.append();
    await hears(following, [1]);
  }),
  point('no-token', 'core', denied, async (trial) => isRefused(await trial.follow(guarded(trial)), 'UNAUTHENTICATED', 'FORBIDDEN', 'UNAUTHORIZED_FIELD_OR_TYPE')),
  refusesSocket('no-jwt', () => Promise.resolve('nonsense')),
  refusesSocket('wrong-signature', ({ field: { tokens } }) => tokens.forge({ scope: READ })),
  refusesSocket('other-audience', ({ field: { tokens } }) => tokens.issue({ scope: READ, audience: 'somebody else' })),
  refusesSocket('expired', ({ field: { tokens } }) => tokens.issue({ scope: READ, lives: -60 })),
  point('scope-missing', 'core', denied, async (trial) => isRefused(await trial.follow({ ...guarded(trial), token: await trial.field.tokens.issue({ scope: PRICES }) }), 'FORBIDDEN', 'UNAUTHORIZED_FIELD_OR_TYPE')),
  point('scope', 'core', denied, async (trial) => {
    const following = await trial.follow({ ...guarded(trial), token: await trial.field.tokens.issue({ scope: `${PRICES} ${READ}` }) });
    trial.channel.append();
    await hears(following, [1], 'guarded');
  }),
  point('scope-in-rest', 'core', protocol('An error in the rest is delivered with its event (`errors` beside `data`), not instead of it.'), async (trial) => {
    const [without, having] = [await trial.field.tokens.issue({ scope: READ }), await trial.field.tokens.issue({ scope: PRICES })];
    const [denied, allowed] = [await trial.added({ select: 'item { label price }', token: without }), await trial.added({ select: 'item { label price }', token: having })];
    trial.channel.append();
    await becomes('a result', () => allowed.end ?? allowed.results[0], (value) => value !== undefined);
    same('data of whom it is allowed to', allowed.results[0]?.data, { added: { number: 1, item: { label: 'label of a', price: 7 } } });
    await becomes('a result', () => denied.end ?? denied.results[0], (value) => value !== undefined);
    same('data of whom it is not allowed to', denied.results[0]?.data, { added: { number: 1, item: { label: 'label of a', price: null } } });
    holds('an error beside it', (denied.results[0]?.errors ?? []).length > 0, denied.results[0]);
  }),
  point('own-events-only', 'core', isolation, async (trial) => {
    const { tokens } = trial.field;
    const [ada, bob, second] = await Promise.all([tokens.issue({ subject: 'ada' }), tokens.issue({ subject: 'bob' }), tokens.issue({ subject: 'ada', scope: 'another' })]
      .map(async (token) => trial.follow({ ...mine(trial), token: await token })));
    if (!ada || !bob || !second) throw new Error('Three clients were asked for');
    for (const [to, text] of [['ada', 'for Ada'], ['bob', 'for Bob'], ['ada', 'for Ada again'], ['bob', 'for Bob again']] as const) trial.channel.append({ to, text });
    const texts = ({ results, end }: Following): unknown => end ?? results.map(({ data }) => (data?.['mine'] as { text: string } | null)?.text);
    await becomesSame('Ada\'s entries', () => texts(ada), ['for Ada', 'for Ada again']);
    await becomesSame('Bob\'s entries', () => texts(bob), ['for Bob', 'for Bob again']);
    await becomesSame('the entries of Ada\'s other client', () => texts(second), ['for Ada', 'for Ada again']);
  }),
  point('caller-of-rest', 'core', isolation, async (trial) => {
    const query = 'subscription($channel: String!, $after: String) { mine(channel: $channel, after: $after) { caller } }';
    trial.channel.append({ to: 'ada' });
    trial.channel.append({ to: 'bob' });
    for (const subject of ['ada', 'bob']) {
      const following = await trial.follow({ query, variables: trial.from(0), token: await trial.field.tokens.issue({ subject }) });
      await becomesSame('results', () => following.end ?? following.results, [{ data: { mine: { caller: subject } } }]);
    }
  }),
  point('expiry-of-socket', 'core', expiry, async (trial) => {
    const socket = await trial.socket(await trial.field.tokens.issue({ scope: READ, lives: 3 }));
    const following = socket.follow(guarded(trial));
    trial.channel.append();
    await hears(following, [1], 'guarded');
    const code = await socket.closed();
    holds('close code 4401 or 4403', code === 4401 || code === 4403, code);
    await trial.isFollowed(0);
  }, 'socket'),
  point('expiry-code', 'extension', expiry, async (trial) => {
    const socket = await trial.socket(await trial.field.tokens.issue({ lives: 2 }));
    same('close code', await socket.closed(), 4403);
  }, 'socket'),
  ...(['sse', 'multipart'] as const).map((transport) => point(`expiry-of-${transport}`, 'core', denied, async (trial) => {
    const asked = { ...guarded(trial), token: await trial.field.tokens.issue({ scope: READ, lives: 3 }) };
    const stream = transport === 'sse' ? await trial.eventStream(asked) : await trial.multipart(asked);
    trial.channel.append();
    await hears(stream, [1], 'guarded');
    await becomes('an end', () => stream.end, (value) => value !== undefined);
    await trial.isFollowed(0);
    holds('an error that says why', stream.end?.kind === 'error' && codesOf(stream.end.errors).includes('UNAUTHENTICATED'), stream.end);
  }, transport)),
  point('renewal', 'extension', renewal, async (trial) => {
    const { tokens } = trial.field;
    const socket = await trial.socket(await tokens.issue({ scope: READ, lives: 3 }));
    const following = socket.follow(guarded(trial));
    trial.channel.append();
    await hears(following, [1], 'guarded');
    const { expiresAt = 0 } = await renewed(socket, await tokens.issue({ scope: READ, lives: 60 }));
    holds('an end in about a minute, in milliseconds', Math.abs(expiresAt - Date.now() - 60_000) < 20_000, expiresAt);
    // Past the end of the first token: the socket that has nothing but such a token is closed by then.
    await (await trial.socket(await tokens.issue({ lives: 4 }))).closed();
    trial.channel.append();
    await hears(following, [1, 2], 'guarded');
    same('how the socket is closed', socket.closing, undefined);
  }, 'socket'),
  point('renewal-refused', 'extension', protocol('A token that is not accepted is answered by'), async (trial) => {
    const { tokens } = trial.field;
    const socket = await trial.socket(await tokens.issue({ lives: 60 }));
    for (const token of [await tokens.forge(), await tokens.issue({ lives: -60 }), 'nonsense']) holds('it to be refused', typeof (await renewed(socket, token)).refused === 'string', 'another answer');
    same('how the socket is closed', socket.closing, undefined);
  }, 'socket'),
  point('renewal-of-another-person', 'extension', protocol('The new one has to be of the same subject and issuer.'), async (trial) => {
    const { tokens } = trial.field;
    const socket = await trial.socket(await tokens.issue({ subject: 'ada' }));
    holds('it to be refused', typeof (await renewed(socket, await tokens.issue({ subject: 'bob' }))).refused === 'string', 'another answer');
    const following = socket.follow(mine(trial));
    trial.channel.append({ to: 'bob', text: 'for Bob' });
    trial.channel.append({ to: 'ada', text: 'for Ada' });
    await becomesSame('results', () => following.results, [{ data: { mine: { number: 2, text: 'for Ada' } } }]);
  }, 'socket'),
  point('renewal-allows-less', 'extension', protocol('one that it doesn\'t allow ends with `FORBIDDEN`'), async (trial) => {
    const { tokens } = trial.field;
    const socket = await trial.socket(await tokens.issue({ scope: READ }));
    const [lost, kept] = [socket.follow(guarded(trial)), socket.follow({ query: 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number } }', variables: trial.from(0) })];
    trial.channel.append();
    await hears(lost, [1], 'guarded');
    await hears(kept, [1]);
    await renewed(socket, await tokens.issue());
    await endsWith(lost, ['FORBIDDEN']);
    trial.channel.append();
    await hears(kept, [1, 2]);
    same('entries of the other', numbersOf(lost, 'guarded'), [1]);
  }, 'socket'),
];
