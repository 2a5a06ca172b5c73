import type { GatewayLogger } from '../config';
import { defaultLimits } from '../config';
import { errorPresenter } from '../errors/error-presenter';
import { unchecked } from '../security/caller';
import { CurrentGraph } from '../supergraph/current-graph';
import { serveGraph } from '../supergraph/served-graph';
import { ItemFeed } from '../testing/item-feed';
import type { Delivery } from './delivery';
import type { Outlet } from './outlet';
import { SubscriptionHub } from './subscription-hub';

const logger: GatewayLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const supergraph = ItemFeed.supergraph();

class Client implements Outlet {
  seen = 0;
  isBlocked = false;
  errors: readonly { readonly message: string }[] | undefined;

  next({ text }: Delivery): boolean {
    expect((JSON.parse(text) as { data: { heard: { number: number } } }).data.heard.number).toBe(this.seen += 1);
    return !this.isBlocked;
  }

  position(): void {
    // Without a cursor there are no positions.
  }

  error(errors: readonly { readonly message: string }[]): void {
    this.errors = errors;
  }

  complete(): void {
    this.errors = [];
  }
}

describe('a subscription without a cursor that clients share', () => {
  /** Sends events to a slow and a quick client over one tape of so many bytes, and returns what the slow one saw. */
  const run = async (events: number, maxBytes: number) => {
    const feed = new ItemFeed();
    const parts = { presentErrors: errorPresenter({}, logger), identityHeaders: () => Promise.resolve({}) };
    const graph = serveGraph(supergraph, { ...parts, limits: defaultLimits, introspection: true, transport: ({ name }) => feed.transport(name) });
    const hub = new SubscriptionHub({ ...parts, graphs: new CurrentGraph(graph, logger), resumeForMs: 1_000, tapeLimits: { maxMessages: 5, maxBytes }, maxTapeBytes: 100_000_000 });
    const document = graph.documents.open('subscription { heard { number } }');
    if (document.kind === 'invalid') throw document.errors[0];
    const prepared = document.select(undefined);
    if (prepared instanceof Error) throw prepared;
    const [slow, quick] = [new Client(), new Client()];
    const [member] = [slow, quick].map((client) => hub.subscribe({ graph, prepared, variables: {}, caller: unchecked }, client));
    while (feed.following.size === 0) await new Promise(setImmediate);
    slow.isBlocked = true;
    for (let event = 0; event < events; event += 1) feed.append('item');
    while (quick.seen < events) await new Promise(setImmediate);
    slow.isBlocked = false;
    if (member) hub.drained(member);
    hub.stop();
    return { upstreams: feed.begun.length, seen: slow.seen, error: slow.errors?.[0]?.message };
  };

  it('bounds the distance between two clients by bytes and not by a number of events', async () => {
    expect(await run(900, 100_000)).toMatchObject({ upstreams: 1, seen: 900 });
  });

  it('tells a client that is further behind that it was the slow one', async () => {
    expect(await run(900, 10_000)).toEqual({ upstreams: 1, seen: 1, error: 'The client did not keep up with the events, and the subscription has ended: subscribe again' });
  });
});
