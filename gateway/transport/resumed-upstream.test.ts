import { eventually } from '@test-planning/kernel/testing';
import { HttpSubgraph } from '../testing/http-subgraph';
import { compose, RunningShop } from '../testing/running-shop';
import type { SubgraphSource } from '../testing/shop';
import { subgraphSchema } from '../testing/subgraph-schema';
import { httpTransport } from './http-transport';

/** Tells a place and falls silent, until it is asked for what lies behind that place. */
const quiet = (begun: unknown[], left: Promise<undefined>): SubgraphSource => ({
  name: 'quiet',
  sdl: `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
    @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resumable"])
    @composeDirective(name: "@resumable")
    directive @resumable(cursor: String!, argument: String!, identity: [String!]) on FIELD_DEFINITION
    type Query { a: Int }
    type Subscription { added(after: String): Entry @resumable(cursor: "cursor", argument: "after") }
    type Entry { cursor: String! }`,
  resolvers: {
    Subscription: {
      added: {
        subscribe: async function* (_: unknown, { after }: { after?: string | null }, { tellPosition }: { tellPosition(cursor: string): void }) {
          begun.push(after);
          if (after === '@7') {
            yield { added: { cursor: '@8' } };
          } else {
            tellPosition('@5');
            tellPosition('@7');
          }
          await left;
        } as never,
      },
    },
  },
});

describe('a subscription whose subgraph goes away before its first event', () => {
  it.each(['shared', 'per subscription', 'event stream'] as const)('goes on from the position that was told: %s', async (subscriptions) => {
    const begun: unknown[] = [];
    const left = Promise.withResolvers<undefined>();
    const source = quiet(begun, left.promise);
    const schema = subgraphSchema(source.sdl, source.resolvers);
    const first = await HttpSubgraph.serve(schema);
    const { sdl } = compose([source], { quiet: first.url });
    const gateway = await RunningShop.start({ supergraph: sdl }, { transport: (address) => httpTransport(address, { subscriptions }) });
    const heard: unknown[] = [];
    const positions: unknown[] = [];
    const client = gateway.client({ positions: true });
    client.on('ping', (_received, payload) => void positions.push(...Object.values(payload?.['positions'] ?? {})));
    client.subscribe({ query: 'subscription { added { cursor } }' }, { next: ({ data }) => void heard.push(data), error: () => undefined, complete: () => undefined });
    await eventually(() => expect(begun).toHaveLength(1));
    // When its client was told, the gateway knows.
    await eventually(() => expect(positions).toContain('@7'));
    await first.stop();
    const second = await HttpSubgraph.serve(schema, Number(new URL(first.url).port));
    await eventually(() => expect(heard).toEqual([{ added: { cursor: '@8' } }]));
    expect(begun).toEqual([undefined, '@7']);
    await gateway.stop();
    await second.stop();
    left.resolve(undefined);
  });
});
