import { eventually } from '@test-planning/kernel/testing';
import fc from 'fast-check';
import { Feed } from '../testing/feed';
import { ProtocolSocket } from '../testing/protocol-socket';
import { compose, RunningShop } from '../testing/running-shop';
import { inProcessTransport } from '../transport/in-process-transport';

const id = fc.constantFrom('1', '2', '"', '__proto__', '\ud800');
const query = fc.constantFrom(
  'subscription { added { number } }', 'subscription { added(after: "@0") { number } }', 'subscription($after: Cursor) { added(after: $after) { number cursor } }',
  'subscription { heard { number } }', '{ head }', 'mutation { append(text: "by a client") }', '{ nothing }', '{{{', 'subscription { added { number } heard { number } }', '',
);
const odd = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant({ toString: null }), fc.constant(JSON.parse('{"__proto__":{"toString":1}}') as object));
const place = fc.oneof(fc.constantFrom('@0', '@1', ''), odd);
const subscribe = fc.record({
  type: fc.constant('subscribe'), id,
  payload: fc.record({ query, variables: fc.record({ after: place }), extensions: fc.record({ cursor: place }), operationName: fc.constantFrom(null, 'No') }, { requiredKeys: ['query'] }),
});
/** Some of them end the socket, so most are such as may be said. */
const said = fc.oneof(
  { weight: 12, arbitrary: subscribe },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('complete'), id }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('ping'), payload: fc.dictionary(fc.constantFrom('authorization', 'token', 'a', '__proto__'), odd) }, { requiredKeys: ['type'] }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('pong') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('connection_init', 'next', 'error', 'subscribe', 'complete', 'none'), id: odd, payload: odd }, { requiredKeys: ['type'] }) },
  { weight: 1, arbitrary: odd },
);
type Step = { readonly kind: 'say'; readonly text: string } | { readonly kind: 'append' | 'settle' };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: said.map((message) => ({ kind: 'say' as const, text: JSON.stringify(message) })) },
  { weight: 1, arbitrary: fc.string().map((text) => ({ kind: 'say' as const, text })) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('append' as const, 'settle' as const) }) },
);

describe('whatever is said on a socket', () => {
  let feed: Feed;
  let gateway: RunningShop;
  beforeAll(async () => {
    feed = new Feed();
    const { sdl } = compose([feed.source()]);
    gateway = await RunningShop.start({ supergraph: sdl, limits: { maxSubscriptionsPerIdentity: 4 } }, { transport: () => inProcessTransport({ schema: feed.schema(), contextOf: (headers) => ({ headers }) }) });
  });
  afterAll(() => gateway.stop());

  it('is answered as the protocol says, each id ends once for each time that it began, and nothing is left of it', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, isInitiated) => {
      const socket = isInitiated ? await ProtocolSocket.ready(gateway.socketUrl) : await ProtocolSocket.open(gateway.socketUrl);
      const begun = new Map<string, number>();
      for (const taken of steps) {
        if (taken.kind === 'append') feed.append('a');
        if (taken.kind === 'settle') await Promise.race([socket.settled().catch(() => undefined), socket.closed]);
        if (taken.kind !== 'say') continue;
        if (socket.isOpen) socket.send(taken.text);
        const asked = idBegunBy(taken.text);
        if (asked !== undefined) begun.set(asked, (begun.get(asked) ?? 0) + 1);
      }
      if (socket.isOpen) await Promise.race([socket.settled().catch(() => undefined), socket.closed]);
      expect(socket.wrong).toEqual([]);
      const ended = new Map<string, number>();
      for (const message of socket.messages) {
        if (message.type === 'error' || message.type === 'complete') ended.set(message.id, (ended.get(message.id) ?? 0) + 1);
        if ('id' in message) expect(begun.has(message.id)).toBe(true);
      }
      for (const [which, count] of ended) expect(count).toBeLessThanOrEqual(begun.get(which) ?? 0);
      socket.socket.terminate();
      await socket.closed;
      await eventually(() => expect(feed.open).toBe(0));
      // As many as one may have: none is counted that has gone.
      const next = await ProtocolSocket.ready(gateway.socketUrl);
      for (const which of ['1', '2', '3', '4']) next.subscribe(which, 'subscription { heard { number } }');
      await next.settled();
      expect(next.messages.filter(({ type }) => type === 'error')).toEqual([]);
      next.socket.terminate();
      await eventually(() => expect(feed.open).toBe(0));
    }), { numRuns: Number(process.env['SOCKET_RUNS'] ?? 60) });
    // One that does nobody any harm was never logged as one that could not be handled.
    expect(gateway.log.filter(({ level }) => level === 'error')).toEqual([]);
  }, 120_000);
});

function idBegunBy(text: string): string | undefined {
  try {
    const message = JSON.parse(text) as { readonly type?: unknown; readonly id?: unknown } | null;
    return message?.type === 'subscribe' && typeof message.id === 'string' ? message.id : undefined;
  } catch {
    return undefined;
  }
}
