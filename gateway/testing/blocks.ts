import type { RunningShop } from './running-shop';
import { compose } from './running-shop';
import { subgraphSchema } from './subgraph-schema';
import { inProcessTransport } from '../transport/in-process-transport';

const source = {
  name: 'blocks',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize"])
type Query { blocks(count: Int!, length: Int!, of: String = "x"): [Block!]! @listSize(slicingArguments: ["count"]) }
type Mutation { fill(length: Int!): String! }
type Subscription { filled(length: Int!): String! }
type Block { text: String! }`,
  resolvers: {
    Query: { blocks: (_: unknown, { count, length, of }: Record<string, unknown>) => Array<object>(Number(count)).fill({ text: String(of).repeat(Number(length)) }) },
    Mutation: { fill: (_: unknown, { length }: Record<string, unknown>) => 'x'.repeat(Number(length)) },
    Subscription: {
      filled: {
        async *subscribe(_: unknown, { length }: Record<string, unknown>) {
          yield { filled: 'x'.repeat(Number(length)) };
          await Promise.resolve();
        },
      },
    },
  },
};

/** What starts a {@link RunningShop} with one subgraph whose answers are as long as they are asked to be. */
export function blocks(): [{ supergraph: string }, { transport: NonNullable<Parameters<typeof RunningShop.start>[1]>['transport'] }] {
  const schema = subgraphSchema(source.sdl, source.resolvers as never);
  return [{ supergraph: compose([source as never]).sdl }, { transport: () => inProcessTransport({ schema, contextOf: (headers) => ({ headers }) }) }];
}
