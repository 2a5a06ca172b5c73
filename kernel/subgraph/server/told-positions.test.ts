import { EventEmitter, on, once } from 'node:events';
import { Query, Resolver, Root, Subscription } from 'type-graphql';
import { WebSocket } from 'ws';
import { UnavailableError } from '../../health';
import { silentLogger } from '../../telemetry';
import { buildSubgraph, contextFrom, type SubgraphContext } from '..';
import { serveSubgraph, type RunningSubgraph } from '.';
import { SocketPace } from './socket-pace';
import { ToldPositions } from './told-positions';

type Sent = { type: string; id?: string; payload?: { positions?: Record<string, string> } };

/** A socket whose peer reads when it is told to. */
class Line extends EventEmitter {
  readonly OPEN = 1;
  readyState: WebSocket['readyState'] = 1;
  bufferedAmount = 0;
  readonly sent: Sent[] = [];
  send = (text: string): void => void this.sent.push(JSON.parse(text) as Sent);
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('told positions', () => {
  const setUp = () => {
    const line = new Line();
    const pace = new SocketPace(line as never, 1_000);
    return { line, pace, told: new ToldPositions(line as never, pace) };
  };
  const ping = (positions: Record<string, string>) => ({ type: 'ping', payload: { positions } });

  it('travel together, the last of each subscription', async () => {
    const { line, told } = setUp();
    const [one, two] = [told.of('1', true), told.of('2', true)];
    one.tell('a');
    two.tell('b');
    one.tell('c');
    await turn();
    two.tell('d');
    await turn();
    expect(line.sent).toEqual([ping({ 1: 'c', 2: 'b' }), ping({ 2: 'd' })]);
  });

  it('go before what their subscription sends next, and only then in haste', async () => {
    const { line, told } = setUp();
    const [one, two] = [told.of('1', true), told.of('2', true)];
    one.tell('a');
    two.sendFirst();
    expect(line.sent).toEqual([]);
    one.sendFirst();
    expect(line.sent).toEqual([ping({ 1: 'a' })]);
    await turn();
    expect(line.sent).toHaveLength(1);
  });

  it('of a subscription that has ended never pass for those of the next with its id', async () => {
    const { line, told } = setUp();
    const first = told.of('1', true);
    first.tell('a');
    first.close();
    const second = told.of('1', true);
    await turn();
    expect(line.sent).toEqual([]);
    first.tell('b');
    second.tell('c');
    first.close();
    await turn();
    expect(line.sent).toEqual([ping({ 1: 'c' })]);
  });

  it('wait for a peer that does not read, as one message in the end', async () => {
    const { line, pace, told } = setUp();
    const one = told.of('1', true);
    line.bufferedAmount = 2_000;
    for (const cursor of ['a', 'b', 'c']) {
      one.tell(cursor);
      await turn();
    }
    expect(line.sent).toEqual([]);
    line.bufferedAmount = 0;
    pace.sent();
    await turn();
    expect(line.sent).toEqual([ping({ 1: 'c' })]);
  });

  it('of very many subscriptions go in messages of a bounded size', async () => {
    const { line, told } = setUp();
    for (let id = 0; id < 1_200; id += 1) told.of(String(id), true).tell(`at ${String(id)}`);
    await turn();
    expect(line.sent.map(({ payload }) => Object.keys(payload?.positions ?? {}).length)).toEqual([500, 500, 200]);
    expect(Object.assign({}, ...line.sent.map(({ payload }) => payload?.positions))).toMatchObject({ 0: 'at 0', 1199: 'at 1199' });
  });

  it('are not told to a peer that did not ask for them, which counts as told nothing', async () => {
    const { line, told } = setUp();
    const one = told.of('1', false);
    one.tell('a');
    await turn();
    one.sendFirst();
    one.close();
    expect(line.sent).toEqual([]);
    expect(one.hasTold).toBe(false);
  });

  it('are not sent to a socket that is closing', async () => {
    const { line, told } = setUp();
    told.of('1', true).tell('a');
    line.readyState = 2;
    await turn();
    expect(line.sent).toEqual([]);
  });
});

/** What the source does when it is asked for its next event: tells a place, or gives an event, or fails. */
type Act = { tell: string } | { give: string } | { fail: Error };

let acts: EventEmitter;

async function* acting({ tellPosition }: SubgraphContext): AsyncGenerator<{ text: string }> {
  for await (const [act] of on(acts, 'act') as AsyncIterable<[Act]>) {
    if ('tell' in act) tellPosition?.(act.tell);
    else if ('fail' in act) throw act.fail;
    else yield { text: act.give };
  }
}

@Resolver()
class ActingResolver {
  @Query(() => String)
  nothing(): string {
    return '';
  }

  @Subscription(() => String, { nullable: true, subscribe: ({ context }) => acting(context as SubgraphContext) })
  acting(@Root() { text }: { text: string }): string {
    if (text === 'half') throw new UnavailableError('MongoDB', new Error('no primary'));
    if (text === 'wrong') throw new TypeError('a secret of the inside');
    return text;
  }
}

describe('a served subscription', () => {
  let server: RunningSubgraph;
  let socket: WebSocket;
  let messages: AsyncIterator<Sent>;

  const send = (message: object): void => socket.send(JSON.stringify(message));
  const receive = async (count: number): Promise<Sent[]> => {
    const received: Sent[] = [];
    while (received.length < count) received.push((await messages.next()).value as Sent);
    return received;
  };
  /** Until this many subscriptions wait for the next act. */
  const begun = async (count: number): Promise<void> => {
    while (acts.listenerCount('act') < count) await turn();
  };
  const act = (...list: Act[]): void => {
    for (const one of list) acts.emit('act', one);
  };

  beforeEach(async () => {
    acts = new EventEmitter().setMaxListeners(0);
    const subgraph = buildSubgraph({ name: 'acts', resolvers: [new ActingResolver()], errors: silentLogger });
    const contextOf = contextFrom(() => Promise.resolve(undefined));
    server = await serveSubgraph({ ...subgraph, contextOf }, { host: '127.0.0.1', port: 0, serves: 'both' }, { logger: silentLogger, ready: () => ({ ok: true, details: {} }) });
    socket = new WebSocket(server.url.replace('http', 'ws'), 'graphql-transport-ws');
    const incoming = on(socket, 'message') as AsyncIterableIterator<[Buffer]>;
    messages = (async function* () {
      for await (const [data] of incoming) yield JSON.parse(String(data)) as Sent;
    })();
    await once(socket, 'open');
    send({ type: 'connection_init', payload: { positions: true } });
    await receive(1);
  });
  afterEach(async () => {
    socket.terminate();
    await server.stop({ graceMs: 100 });
  });
  const subscribe = (id: string): void => send({ type: 'subscribe', id, payload: { query: 'subscription { acting }' } });
  const next = (id: string, text: string) => ({ type: 'next', id, payload: { data: { acting: text } } });
  const ping = (positions: Record<string, string>) => ({ type: 'ping', payload: { positions } });

  it('tells the places of all that are on one socket in one ping', async () => {
    for (const id of ['1', '2', '3']) subscribe(id);
    await begun(3);
    act({ tell: 'a' });
    expect(await receive(1)).toEqual([ping({ 1: 'a', 2: 'a', 3: 'a' })]);
  });

  it('sends positions and events in the order in which its source had them', async () => {
    subscribe('1');
    await begun(1);
    act({ tell: 'a' }, { give: 'b' }, { tell: 'c' }, { tell: 'd' }, { give: 'e' }, { give: 'f' }, { tell: 'g' });
    expect(await receive(6)).toEqual([ping({ 1: 'a' }), next('1', 'b'), ping({ 1: 'd' }), next('1', 'e'), next('1', 'f'), ping({ 1: 'g' })]);
  });

  it('tells its place before it fails, so that its reader can go on from there', async () => {
    subscribe('1');
    await begun(1);
    act({ tell: 'a' }, { fail: new UnavailableError('MongoDB', new Error('no primary')) });
    expect(await receive(2)).toMatchObject([ping({ 1: 'a' }), { type: 'error', id: '1', payload: [{ extensions: { code: 'UNAVAILABLE' } }] }]);
  });

  it('gives no event by half while a store is out of reach, but ends where its reader can go on from', async () => {
    subscribe('1');
    await begun(1);
    act({ tell: 'a' }, { give: 'b' }, { give: 'wrong' }, { give: 'half' });
    expect(await receive(4)).toMatchObject([
      ping({ 1: 'a' }), next('1', 'b'), { type: 'next', payload: { data: { acting: null }, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] } },
      { type: 'error', id: '1', payload: [{ message: 'This can\'t be answered right now. Try again.', extensions: { code: 'UNAVAILABLE' } }] },
    ]);
    expect(acts.listenerCount('act')).toBe(0);
  });

  it('gives it by half to who would have no place to go on from', async () => {
    subscribe('1');
    await begun(1);
    act({ give: 'half' }, { give: 'b' });
    expect(await receive(2)).toMatchObject([{ type: 'next', payload: { data: { acting: null }, errors: [{ extensions: { code: 'UNAVAILABLE' } }] } }, next('1', 'b')]);
  });

  it('is answered by a pong and goes on', async () => {
    subscribe('1');
    await begun(1);
    act({ tell: 'a' });
    await receive(1);
    send({ type: 'pong', payload: { positions: { 1: 'a' } } });
    act({ give: 'b' });
    expect(await receive(1)).toEqual([next('1', 'b')]);
  });

  it('that was left is told of no more, even by a source that has not noticed', async () => {
    subscribe('1');
    subscribe('2');
    await begun(2);
    send({ type: 'complete', id: '1' });
    // A round trip on the same socket: what was sent before it has been read.
    send({ type: 'ping' });
    expect(await receive(1)).toEqual([{ type: 'pong' }]);
    act({ tell: 'a' });
    expect(await receive(1)).toEqual([ping({ 2: 'a' })]);
  });
});
