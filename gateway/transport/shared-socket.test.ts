import { eventually } from '@test-planning/kernel/testing';
import { Feed } from '../testing/feed';
import { HttpSubgraph } from '../testing/http-subgraph';
import { httpTransport } from './http-transport';
import { ReaderTooSlow, SubgraphUnreachable } from './subgraph-transport';
import { subgraphOperation } from './subgraph-operation';
import type { SubgraphTransport } from './subgraph-transport';

const operation = subgraphOperation('subscription { heard { number who } }');

describe('a socket that all subscriptions share', () => {
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

  it('carries a thousand subscriptions, each with its own identity', async () => {
    const streams = Array.from({ length: 1_000 }, (_, index) => transport.subscribe({ operation, headers: { 'gateway-identity': `user ${index}` } }));
    const firsts = streams.map((stream) => stream.next());
    await eventually(() => expect(feed.open).toBe(1_000));
    expect(subgraph.openSockets).toBe(1);
    feed.append('news');
    const heard = await Promise.all(firsts);
    expect(heard.map(({ value }) => value.data.heard.who)).toEqual(streams.map((_, index) => `user ${index}`));
    for (const stream of streams) await stream.return?.();
    await eventually(() => expect(feed.open).toBe(0));
    expect(subgraph.openSockets).toBe(1);
  });

  it('gives one who has no identity nobody else\'s', async () => {
    const known = transport.subscribe({ operation, headers: { 'gateway-identity': 'ada' } }).next();
    const unknown = transport.subscribe({ operation, headers: {} }).next();
    await eventually(() => expect(feed.open).toBe(2));
    feed.append('news');
    expect((await known).value.data.heard.who).toBe('ada');
    expect((await unknown).value.data.heard.who).toBeNull();
  });

  it('ends the one subscription whose reader does not follow, behind all that it took in', async () => {
    const slow = transport.subscribe({ operation, headers: {} });
    const quick = transport.subscribe({ operation, headers: {} });
    await eventually(() => expect(feed.open).toBe(2));
    for (let number = 1; number <= 150; number += 1) {
      feed.append('news');
      expect((await quick.next()).value.data.heard.number).toBe(number);
    }
    await eventually(() => expect(feed.open).toBe(1));
    for (let number = 1; number <= 100; number += 1) expect((await slow.next()).value.data.heard.number).toBe(number);
    await expect(slow.next()).rejects.toThrow(ReaderTooSlow);
    expect(subgraph.openSockets).toBe(1);
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
