import { EventEmitter, on } from 'node:events';
import { eventually } from '@test-planning/kernel/testing';
import { HttpSubgraph } from '../testing/http-subgraph';
import { ProtocolSocket } from '../testing/protocol-socket';
import { compose, RunningShop } from '../testing/running-shop';
import { subgraphSchema } from '../testing/subgraph-schema';
import { httpTransport } from '../transport/http-transport';
import type { HttpTransportOptions } from '../transport/http-transport';

const sdl = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
  @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resumable"])
  @composeDirective(name: "@resumable")
directive @resumable(cursor: String!, argument: String!, identity: [String!]) on FIELD_DEFINITION
type Query { a: Int }
type Subscription {
  ticked(name: String): Tick
  added(name: String, after: String): Tick @resumable(cursor: "cursor", argument: "after")
  broken(name: String): Tick
  long(name: String): Tick
}
type Tick { number: Int! cursor: String! text: String }
`;

/** A subgraph of the library graphql-ws, which closes a socket with 4500 for what it can't handle of one subscription. */
class Ticker {
  private readonly emitter = new EventEmitter().setMaxListeners(0);
  private head = 0;
  /** How often a resumable field was subscribed to. */
  begun = 0;

  get open(): number {
    return this.emitter.listenerCount('tick');
  }

  tick(): void {
    this.head += 1;
    this.emitter.emit('tick');
  }

  readonly source = {
    name: 'ticker',
    sdl,
    resolvers: {
      Subscription: {
        ticked: { subscribe: () => this.follow('ticked', this.head) },
        added: { subscribe: (_: unknown, { after }: { after?: string | null }) => this.follow('added', after ? Number(after.slice(1)) : this.head) },
        broken: { subscribe: (() => 'no iterator') as never },
        long: { subscribe: async function* () { yield { long: { number: 1, cursor: '@1', text: 'x'.repeat(200_000) } }; } as never },
      },
    },
  };

  private follow(field: string, from: number) {
    this.begun += 1;
    const ticks = on(this.emitter, 'tick');
    let place = from;
    return {
      next: async () => {
        while (place === this.head) if ((await ticks.next()).done === true) return { value: undefined, done: true };
        place += 1;
        return { value: { [field]: { number: place, cursor: `@${place}` } }, done: false };
      },
      return: async () => {
        await ticks.return?.();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

describe('a subscription for which its subgraph closes the socket', () => {
  let ticker: Ticker;
  let subgraph: HttpSubgraph;
  let gateway: RunningShop;
  const sockets: ProtocolSocket[] = [];
  const start = async (options: HttpTransportOptions = {}) => {
    ticker = new Ticker();
    subgraph = await HttpSubgraph.serve(subgraphSchema(sdl, ticker.source.resolvers as never), 0, (headers, socket) => {
      if (headers['x-bad'] === 'broken off') socket.terminate();
      if (headers['x-bad'] !== undefined) throw new Error('No context');
    });
    const { sdl: supergraph } = compose([ticker.source as never], { ticker: subgraph.url });
    gateway = await RunningShop.start({ supergraph, headers: { propagate: [{ name: 'x-bad' }] } }, { transport: (address) => httpTransport(address, { maxResponseBytes: 100_000, ...options }) });
  };
  afterEach(async () => {
    for (const { socket } of sockets.splice(0)) socket.terminate();
    await gateway.stop();
    await subgraph.stop();
  });
  const join = async (headers: Record<string, string> = {}) => {
    const socket = await ProtocolSocket.open(gateway.socketUrl, { headers });
    sockets.push(socket);
    socket.send({ type: 'connection_init' });
    await socket.until(({ type }) => type === 'connection_ack');
    return socket;
  };
  const numbers = (socket: ProtocolSocket, id: string) => socket.data(id).map((data) => Object.values(data as Record<string, { number: number }>)[0]?.number);

  it.each([
    ['whose context throws', 'ticked', { 'x-bad': '1' }],
    ['whose context throws', 'added', { 'x-bad': '1' }],
    ['whose resolver returns no iterator', 'broken', {}],
    ['whose event is above the limit', 'long', {}],
  ])('leaves the others alone: one %s (%s)', async (_, field, headers) => {
    await start();
    const good = await join();
    good.subscribe('cursorless', 'subscription { ticked { number } }');
    good.subscribe('resumable', 'subscription { added { number } }');
    await eventually(() => expect(ticker.open).toBe(2));
    ticker.tick();
    await eventually(() => expect([...numbers(good, 'cursorless'), ...numbers(good, 'resumable')]).toEqual([1, 1]));
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const bad = await join(headers as Record<string, string>);
      bad.subscribe('1', `subscription { ${field} { number text } }`);
      expect(await bad.until(({ type }) => type === 'error')).toMatchObject({ payload: [{ extensions: { code: 'UNAVAILABLE' } }] });
      await eventually(() => expect(ticker.open).toBe(2));
      ticker.tick();
      await eventually(() => expect([numbers(good, 'cursorless'), numbers(good, 'resumable')]).toEqual([attempt + 1, attempt + 1].map((count) => Array.from({ length: count }, (__, index) => index + 1))));
    }
    expect(good.of('cursorless').concat(good.of('resumable')).filter(({ type }) => type !== 'next')).toEqual([]);
  });

  it.each(['closed', 'broken off'])('begins others again that have received nothing yet, where their common socket is %s', async (how) => {
    await start();
    const good = await join();
    for (let number = 1; number <= 20; number += 1) good.subscribe(String(number), `subscription { added(name: "${number}") { number } }`);
    await eventually(() => expect(ticker.open).toBe(20));
    expect(subgraph.openSockets).toBe(1);
    const bad = await join({ 'x-bad': how });
    bad.subscribe('1', 'subscription { added { number } }');
    expect(await bad.until(({ type }) => type === 'error')).toMatchObject({ payload: [{ extensions: { code: 'UNAVAILABLE' } }] });
    await eventually(() => expect(ticker.begun).toBe(40));
    await eventually(() => expect(ticker.open).toBe(20));
    // The next one is kept apart from the beginning.
    const again = await join({ 'x-bad': how });
    again.subscribe('1', 'subscription { added { number } }');
    await again.until(({ type }) => type === 'error');
    ticker.tick();
    await eventually(() => expect(Array.from({ length: 20 }, (_, index) => numbers(good, String(index + 1)))).toEqual(Array.from({ length: 20 }, () => [1])));
    expect(ticker.begun).toBe(40);
  });
});
