import { eventually } from '@test-planning/kernel/testing';
import { Feed } from '../testing/feed';
import { HttpSubgraph } from '../testing/http-subgraph';
import { httpTransport } from './http-transport';
import type { HttpTransportOptions } from './http-transport';
import { newSeat } from './seat';
import { ReaderTooSlow, SubgraphUnreachable } from './subgraph-transport';
import { subgraphOperation } from './subgraph-operation';
import type { SubgraphMessage, SubgraphTransport } from './subgraph-transport';

const operation = subgraphOperation('subscription { heard { number who } }');
const long = subgraphOperation('subscription { heard { number text } }');

describe('the sockets to one address', () => {
  let feed: Feed;
  let subgraph: HttpSubgraph;
  let transport: SubgraphTransport;
  const warned: string[] = [];
  const said = (_: object, message: string) => void warned.push(message);
  const logger = { debug: () => undefined, info: said, warn: said, error: said };

  beforeEach(async () => {
    warned.length = 0;
    feed = new Feed();
    subgraph = await HttpSubgraph.serve(feed.schema());
    transport = httpTransport({ name: 'feed', url: subgraph.url }, { logger });
  });
  afterEach(async () => {
    await transport.stop();
    await subgraph.stop();
  });

  it.each([
    ['that are resumable over one socket', true, 1],
    ['that are not over a hundred and one', false, 101],
  ])('carry a thousand subscriptions %s, each with its own identity', async (_, isResumable, sockets) => {
    const streams = Array.from({ length: 1_000 }, (__, index) => transport.subscribe({ operation, headers: { 'gateway-identity': `user ${index}` }, seat: newSeat(isResumable) }));
    const firsts = streams.map((stream) => stream.next());
    await eventually(() => expect(feed.open).toBe(1_000));
    expect(subgraph.openSockets).toBe(sockets);
    feed.append('news');
    const heard = await Promise.all(firsts);
    expect(heard.map(({ value }) => value.data.heard.who)).toEqual(streams.map((__, index) => `user ${index}`));
    for (const stream of streams) await stream.return?.();
    await eventually(() => expect(feed.open).toBe(0));
    await eventually(() => expect(subgraph.openSockets).toBe(1));
  });

  it('gives one who has no identity nobody else\'s', async () => {
    const known = transport.subscribe({ operation, headers: { 'gateway-identity': 'ada' } }).next();
    const unknown = transport.subscribe({ operation, headers: {} }).next();
    await eventually(() => expect(feed.open).toBe(2));
    feed.append('news');
    expect((await known).value.data.heard.who).toBe('ada');
    expect((await unknown).value.data.heard.who).toBeNull();
  });

  /** Appends events of 1 KB until the slow one has fallen behind, and reads them all with the quick one. */
  const flood = async (quick: AsyncIterator<SubgraphMessage>, count = 100) => {
    for (let number = 1; number <= count; number += 1) {
      feed.append('x'.repeat(1_000));
      expect(numberOf(await quick.next())).toBe(number);
    }
  };
  const numberOf = ({ value }: IteratorResult<SubgraphMessage>) => (value as { data: { heard: { number: number } } }).data.heard.number;
  const small = (options: HttpTransportOptions = {}) => {
    const limited = httpTransport({ name: 'feed', url: subgraph.url }, { logger, maxQueuedBytes: 10_000, ...options });
    limits.push(limited);
    return limited;
  };
  const limits: SubgraphTransport[] = [];
  afterEach(async () => {
    for (const limited of limits.splice(0)) await limited.stop();
  });

  it('hold back the one subscription whose reader does not follow, and drop nothing', async () => {
    const limited = small();
    const slow = limited.subscribe({ operation: long, headers: {} });
    const quick = limited.subscribe({ operation: long, headers: {} });
    await eventually(() => expect(feed.open).toBe(2));
    await flood(quick);
    for (let number = 1; number <= 100; number += 1) expect(numberOf(await slow.next())).toBe(number);
  });

  it('end a resumable one whose reader does not follow, which then has a socket that waits for it', async () => {
    const limited = small();
    const seat = newSeat(true);
    const slow = limited.subscribe({ operation: long, headers: {}, seat });
    const quick = limited.subscribe({ operation: long, headers: {}, seat: newSeat(true) });
    await eventually(() => expect(feed.open).toBe(2));
    expect(subgraph.openSockets).toBe(1);
    await flood(quick);
    await eventually(() => expect(feed.open).toBe(1));
    let last = 0;
    await expect((async () => { for (;;) last = numberOf(await slow.next()); })()).rejects.toThrow(ReaderTooSlow);
    expect(last).toBeGreaterThan(5);
    const again = limited.subscribe({ operation: long, headers: {}, seat });
    await eventually(() => expect(feed.open).toBe(2));
    expect(subgraph.openSockets).toBe(2);
    for (let number = 101; number <= 200; number += 1) {
      feed.append('x'.repeat(1_000));
      expect(numberOf(await quick.next())).toBe(number);
    }
    for (let number = 101; number <= 200; number += 1) expect(numberOf(await again.next())).toBe(number);
  });

  it('wait for a slow one on a socket that others share, but not for ever', async () => {
    const limited = small({ maxOwnSockets: 0, holdUpMs: 50 });
    const slow = limited.subscribe({ operation: long, headers: {} });
    const quick = limited.subscribe({ operation: long, headers: {} });
    await eventually(() => expect(feed.open).toBe(2));
    expect(subgraph.openSockets).toBe(1);
    await flood(quick);
    await eventually(() => expect(feed.open).toBe(1));
    let last = 0;
    await expect((async () => { for (;;) last = numberOf(await slow.next()); })()).rejects.toThrow(ReaderTooSlow);
    expect(last).toBeGreaterThan(5);
  });

  it.each([
    ['breaks', () => subgraph.breakSockets()],
    ['is closed as one that goes away', () => subgraph.closeSockets(1001)],
    // The protocol's own client would subscribe again, and say nothing of what it missed.
    ['is closed as if all were said', () => subgraph.closeSockets(1000)],
  ])('tells every reader when it %s, and is opened again for the next', async (_, lose) => {
    const streams = [1, 2, 3].map(() => transport.subscribe({ operation, headers: {} }));
    const waiting = streams.map((stream) => stream.next());
    await eventually(() => expect(feed.open).toBe(3));
    lose();
    for (const end of waiting) await expect(end).rejects.toThrow(SubgraphUnreachable);
    await eventually(() => expect(feed.open).toBe(0));
    const next = transport.subscribe({ operation, headers: {} }).next();
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('again');
    expect((await next).value.data.heard.number).toBe(1);
    expect(warned).toEqual(['A subgraph does not answer', 'A subgraph answers again']);
  });

  it('delivers what came before it broke', async () => {
    const stream = transport.subscribe({ operation, headers: {} });
    await eventually(() => expect(feed.open).toBe(1));
    const other = transport.subscribe({ operation, headers: {} });
    await eventually(() => expect(feed.open).toBe(2));
    feed.append('one');
    feed.append('two');
    // By then the first subscription's events, which were sent before these, are here as well.
    await other.next();
    await other.next();
    subgraph.breakSockets();
    await expect(other.next()).rejects.toThrow(SubgraphUnreachable);
    expect([(await stream.next()).value.data.heard.number, (await stream.next()).value.data.heard.number]).toEqual([1, 2]);
    await expect(stream.next()).rejects.toThrow(SubgraphUnreachable);
  });
});
