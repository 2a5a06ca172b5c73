import fc from 'fast-check';
import type { GatewayLogger } from '../config';
import { defaultLimits } from '../config';
import { errorPresenter } from '../errors/error-presenter';
import { unchecked } from '../security/caller';
import { CurrentGraph } from '../supergraph/current-graph';
import { serveGraph } from '../supergraph/served-graph';
import type { ServedGraph } from '../supergraph/served-graph';
import { ItemFeed } from '../testing/item-feed';
import type { Delivery } from './delivery';
import type { Outlet } from './outlet';
import type { Member } from './subscription-group';
import { SubscriptionHub } from './subscription-hub';

const logger: GatewayLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const document = 'subscription($after: String) { added(after: $after) { number item { version } } }';
/** Made once: composing and planning take longer than everything else here. */
const supergraphs = [ItemFeed.supergraph('one'), ItemFeed.supergraph('another')];

interface Seen {
  readonly number: number;
  readonly version: number;
}

/** A client that takes results only while it is not blocked, and holds the gateway to what it promises. */
class Client implements Outlet {
  readonly seen: Seen[] = [];
  isBlocked = false;
  isOver = false;
  /** It was told that it has everything up to here. */
  told: number | undefined;
  member: Member | undefined;

  constructor(readonly feed: ItemFeed, readonly after: number | undefined) {
    this.told = after;
  }

  next(delivery: Delivery): boolean {
    const { data: { added: { number, item: { version } } } } = JSON.parse(delivery.text) as { data: { added: { number: number; item: { version: number } } } };
    this.seen.push({ number, version });
    this.told = number;
    return !this.isBlocked;
  }

  position(cursor: string): void {
    const place = Number(cursor.slice(1));
    const last = this.seen.at(-1)?.number;
    if (last !== undefined && place !== last) throw new Error(`told of place ${place} behind event ${last}`);
    this.told = place;
  }

  error(): void {
    this.isOver = true;
  }

  complete(): void {
    this.isOver = true;
  }

  /** Whether its client lost nothing, got nothing twice or in another order, and saw no item go back. */
  check(): void {
    const numbers = this.seen.map(({ number }) => number);
    const [first] = numbers;
    if (first !== undefined) {
      expect(numbers).toEqual(numbers.map((_, index) => first + index));
      if (this.after !== undefined) expect(first).toBe(this.after + 1);
    }
    const versions = new Map<string, number>();
    for (const { number, version } of this.seen) {
      const item = String(this.feed.changes[number - 1]);
      expect(version).toBeGreaterThanOrEqual(Math.max(number, versions.get(item) ?? 0));
      versions.set(item, version);
    }
  }
}

type Step =
  | { readonly kind: 'append' | 'flow' | 'block' | 'leave' | 'lose' | 'positions' | 'answer' | 'turn' | 'reload'; readonly which: number }
  | { readonly kind: 'subscribe'; readonly which: number; readonly after: number | undefined };

const which = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('append' as const), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flow' as const), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('subscribe' as const), which, after: fc.option(fc.nat(30), { nil: undefined }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('turn' as const), which }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('block' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'lose' as const, 'positions' as const, 'reload' as const), which }) },
);

const turn = () => new Promise((resolve) => { setImmediate(resolve); });

class World {
  readonly feed = new ItemFeed();
  readonly clients: Client[] = [];
  private readonly graphs: CurrentGraph;
  readonly hub: SubscriptionHub;
  private reloads = 0;

  constructor(maxMessages: number) {
    this.feed.holdsAnswers = true;
    this.graphs = new CurrentGraph(this.graph(), logger);
    this.hub = new SubscriptionHub({
      graphs: this.graphs, presentErrors: errorPresenter({}, logger), identityHeaders: () => Promise.resolve({}), resumeForMs: 30_000, tapeLimits: { maxMessages, maxBytes: 1_000_000 }, maxTapeBytes: 10_000_000,
    });
  }

  private graph(): ServedGraph {
    return serveGraph(supergraphs[this.reloads % 2] ?? '', { limits: defaultLimits, introspection: true, identityHeaders: () => Promise.resolve({}), presentErrors: errorPresenter({}, logger), transport: ({ name }) => this.feed.transport(name) });
  }

  subscribe(after: number | undefined): void {
    const client = new Client(this.feed, after);
    this.clients.push(client);
    const graph = this.graphs.current;
    const opened = graph.documents.open(document);
    if (opened.kind === 'invalid') throw opened.errors[0];
    const prepared = opened.select(undefined);
    if (prepared instanceof Error) throw prepared;
    client.member = this.hub.subscribe({ graph, prepared, variables: after === undefined ? {} : { after: `@${after}` }, caller: unchecked }, client);
  }

  async take(step: Step): Promise<void> {
    const client = this.clients[step.which % (this.clients.length || 1)];
    switch (step.kind) {
      case 'append': return this.feed.append(`item ${step.which % 3}`);
      case 'subscribe': return this.subscribe(step.after === undefined ? undefined : Math.min(step.after, this.feed.head));
      case 'turn': return void await turn();
      case 'flow': return this.flow(step.which % 5);
      case 'answer': return this.feed.answer(step.which);
      case 'lose': return this.feed.lose();
      case 'positions': return this.feed.tellPositions();
      case 'reload':
        this.reloads += 1;
        return this.graphs.replace(this.graph());
      case 'leave':
        if (client?.member) this.hub.leave(client.member);
        if (client) client.isOver = true;
        return undefined;
      case 'block':
        if (!client) return undefined;
        client.isBlocked = !client.isBlocked;
        if (!client.isBlocked && client.member) this.hub.drained(client.member);
        return undefined;
    }
  }

  /** Events that come and are answered at once, so that whoever does not read falls behind. */
  private async flow(events: number): Promise<void> {
    for (let event = 0; event < events; event += 1) this.feed.append(`item ${event % 3}`);
    for (let turns = 0; turns < 10; turns += 1) {
      while (this.feed.heldAnswers > 0) this.feed.answer();
      await turn();
    }
  }

  /** Everybody reads, everything answers, and one more event comes: whoever is still there has to get it. */
  async settle(): Promise<void> {
    this.feed.holdsAnswers = false;
    for (const client of this.clients) {
      client.isBlocked = false;
      if (client.member) this.hub.drained(client.member);
    }
    const deadline = Date.now() + 3_000;
    const waitFor = async (holds: () => boolean) => {
      while (!holds()) {
        if (Date.now() > deadline) return false;
        while (this.feed.heldAnswers > 0) this.feed.answer();
        await turn();
      }
      return true;
    };
    // First those who began with what happens next have to be somewhere.
    expect(await waitFor(() => this.clients.every(({ isOver, told }) => isOver || told === this.feed.head))).toBe(true);
    this.feed.append('last');
    expect(await waitFor(() => this.clients.every(({ isOver, told }) => isOver || told === this.feed.head))).toBe(true);
  }
}

describe('any number of clients, each at its own place and pace', () => {
  it('get every event once and in order from where they began, and see no entity go back', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 80 }), fc.constantFrom(2, 5, 100), async (steps, maxMessages) => {
      const world = new World(maxMessages);
      for (const taken of steps) await world.take(taken);
      await world.settle();
      for (const client of world.clients) client.check();
      // All are at one place now, and so in one broadcast.
      expect(world.hub.broadcasts).toBeLessThanOrEqual(1);
      world.hub.stop();
      expect(world.feed.following.size).toBe(0);
    }), { numRuns: Number(process.env['HUB_RUNS'] ?? 150), ...(process.env['HUB_PATH'] ? { seed: Number(process.env['HUB_SEED']), path: process.env['HUB_PATH'] } : {}) });
  }, 120_000);
});
