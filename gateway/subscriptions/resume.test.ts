import { eventually } from '@test-planning/kernel/testing';
import { Feed } from '../testing/feed';
import { HttpSubgraph } from '../testing/http-subgraph';
import { compose, RunningShop } from '../testing/running-shop';
import { httpTransport } from '../transport/http-transport';

type Data = Record<string, unknown> | null | undefined;

describe('a subscription whose subgraph goes away', () => {
  let feed: Feed;
  let subgraph: HttpSubgraph;
  let gateway: RunningShop;

  const start = async (resumeForMs = 10_000, maxQueuedBytes = 100_000) => {
    feed = new Feed();
    subgraph = await HttpSubgraph.serve(feed.schema());
    const { sdl } = compose([feed.source()], { feed: subgraph.url });
    gateway = await RunningShop.start({ supergraph: sdl, resumeForMs }, { transport: (address) => httpTransport(address, { maxQueuedBytes }) });
  };
  afterEach(async () => {
    await gateway.stop();
    await subgraph.stop();
  });
  /** What a client hears, and what ends it. */
  const listen = (query: string, variables?: Record<string, unknown>) => {
    const heard: Data[] = [];
    const state: { errors?: unknown } = {};
    gateway.client().subscribe({ query, ...(variables && { variables }) }, {
      next: ({ data }) => void heard.push(data), error: (errors) => { state.errors = errors; }, complete: () => undefined,
    });
    return { heard, state };
  };
  const restart = async () => {
    const port = Number(new URL(subgraph.url).port);
    await subgraph.stop();
    feed.append('missed');
    subgraph = await HttpSubgraph.serve(feed.schema(), port);
  };

  it.each([
    ['with the cursor among its fields', 'subscription { added { number cursor } }', (number: number) => ({ added: { number, cursor: `@${number}` } })],
    ['without it', 'subscription { added { number } }', (number: number) => ({ added: { number } })],
    ['under other names', 'subscription S($a: Cursor) { it: added(after: $a) { cursor: number } }', (cursor: number) => ({ it: { cursor } })],
  ])('goes on behind the last event, with nothing missing and nothing twice: %s', async (_, query, event) => {
    await start();
    const { heard, state } = listen(query);
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('one');
    feed.append('two');
    await eventually(() => expect(heard).toEqual([event(1), event(2)]));
    await restart();
    await eventually(() => expect(heard).toEqual([event(1), event(2), event(3)]));
    feed.append('four');
    subgraph.breakSockets();
    feed.append('five');
    await eventually(() => expect(heard).toEqual([event(1), event(2), event(3), event(4), event(5)]));
    expect(state.errors).toBeUndefined();
  });

  it.each([
    ['a variable', 'subscription($place: Cursor, $only: String) { added(after: $place, only: $only) { number } }', { place: '@1', only: 'yes' }],
    ['a variable that stands there for more', 'subscription($place: Cursor = "@1", $only: String = "yes") { added(after: $place, only: $only) { number } }', undefined],
    ['a literal', 'subscription { added(only: "yes", after: "@1") { number } }', undefined],
  ])('goes on from where its client began, though nothing had come: %s', async (_, query, variables) => {
    await start();
    for (const text of ['yes', 'no']) feed.append(text);
    const { heard } = listen(query, variables);
    await eventually(() => expect(feed.begun).toEqual(['@1']));
    await eventually(() => expect(feed.open).toBe(1));
    subgraph.breakSockets();
    feed.append('yes');
    await eventually(() => expect(feed.begun).toEqual(['@1', '@1']));
    feed.append('yes');
    await eventually(() => expect(heard).toEqual([{ added: { number: 3 } }, { added: { number: 4 } }]));
  });

  it('tells its client where the place is not known: a gap would go unseen', async () => {
    await start();
    const lost = [listen('subscription { added { number } }'), listen('subscription { heard { number } }')];
    await eventually(() => expect(feed.open).toBe(2));
    subgraph.breakSockets();
    for (const { state } of lost) await eventually(() => expect(state.errors).toMatchObject([{ message: 'The subgraph "feed" can\'t be reached', extensions: { code: 'UNAVAILABLE' } }]));
    expect(feed.begun).toEqual([undefined, undefined]);
  });

  it('tells its client when it has tried for long enough', async () => {
    await start(200);
    const { heard, state } = listen('subscription { added { number } }');
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('one');
    await eventually(() => expect(heard).toHaveLength(1));
    const port = Number(new URL(subgraph.url).port);
    await subgraph.stop();
    await eventually(() => expect(state.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]));
    subgraph = await HttpSubgraph.serve(feed.schema(), port);
  });

  it('tries again while the subgraph says that it can\'t, and not when it says never', async () => {
    await start();
    const { heard, state } = listen('subscription { added { number } }');
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('one');
    await eventually(() => expect(heard).toHaveLength(1));
    feed.refusal = 'UNAVAILABLE';
    subgraph.breakSockets();
    await eventually(() => expect(feed.begun.length).toBeGreaterThan(2));
    feed.refusal = undefined;
    feed.append('two');
    await eventually(() => expect(heard).toHaveLength(2));
    feed.refusal = 'CURSOR_EXPIRED';
    subgraph.breakSockets();
    await eventually(() => expect(state.errors).toMatchObject([{ message: 'Not now', extensions: { code: 'CURSOR_EXPIRED' } }]));
  });

  it('is left upstream when its client leaves while it is tried', async () => {
    await start();
    const client = gateway.client();
    const results = client.iterate({ query: 'subscription { added { number } }' });
    const first = results.next();
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('one');
    await first;
    feed.refusal = 'UNAVAILABLE';
    subgraph.breakSockets();
    await eventually(() => expect(feed.begun.length).toBeGreaterThan(1));
    client.terminate();
    feed.refusal = undefined;
    // A second client sees the subgraph well again; by then the first one's next attempt would long have been there.
    const { heard } = listen('subscription { added(after: "@0") { number } }');
    await eventually(() => expect(heard).toHaveLength(1));
    const attempts = feed.begun.length;
    await restart();
    await eventually(() => expect(heard).toHaveLength(2));
    expect(feed.begun.slice(attempts)).toEqual(['@1']);
    expect(feed.open).toBe(1);
  });

  it('brings a reader who is slower than the events every one of them', async () => {
    await start(10_000, 500);
    // On a socket of its own it would be waited for.
    listen('subscription { added(only: "nothing") { number } }');
    await eventually(() => expect(feed.open).toBe(1));
    for (let number = 1; number <= 200; number += 1) feed.append('old');
    const { heard, state } = listen('subscription { added(after: "@0") { number } }');
    await eventually(() => expect(heard).toHaveLength(200));
    expect(heard).toEqual(Array.from({ length: 200 }, (_, index) => ({ added: { number: index + 1 } })));
    expect(state.errors).toBeUndefined();
    // It did have to be taken up again, on a socket of its own.
    expect(feed.begun).toHaveLength(3);
    expect(subgraph.openSockets).toBe(2);
  });
});
