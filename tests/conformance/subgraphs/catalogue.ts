import { GraphQLError } from 'graphql';
import type { Channels } from './channels';
import type { Subgraph } from './subgraph';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes"])
type Query {
  item(id: ID!): Item
}
type Item @key(fields: "id") {
  id: ID!
  "The number of the last entry that changed it."
  version: Int!
  label: String!
  trouble: String
  price: Int @requiresScopes(scopes: [["prices:read"]])
  owner: Person!
}
type Person @key(fields: "id", resolvable: false) {
  id: ID!
}
`;

interface Item {
  readonly id: string;
}

/** The items that entries change: what a gateway has to read for each event. */
export const catalogue = (channels: Channels): Subgraph => {
  const unlessAtFault = (id: string, field: string): string => {
    const { channel, item } = channels.ofItem(id);
    if (channel.faults.has(`${item}.${field}`)) throw new GraphQLError(`The ${field} of ${item} fails`, { extensions: { code: 'AT_FAULT' } });
    return `${field} of ${item}`;
  };
  return {
    name: 'catalogue',
    sdl,
    resolvers: {
      Query: { item: (_: never, { id }: Item) => ({ id }) },
      Item: {
        __resolveReference: async ({ id }: Item) => {
          const { channel, item } = channels.ofItem(id);
          await channel.turn();
          return channel.faults.has(item) ? null : { id };
        },
        version: ({ id }: Item) => {
          const { channel, item } = channels.ofItem(id);
          return channel.versionOf(item);
        },
        label: ({ id }: Item) => unlessAtFault(id, 'label'),
        trouble: ({ id }: Item) => unlessAtFault(id, 'trouble'),
        price: () => 7,
        owner: ({ id }: Item) => ({ __typename: 'Person', id: `owner of ${channels.ofItem(id).item}` }),
      },
    },
  };
};
