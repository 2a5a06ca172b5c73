import { GraphQLError } from 'graphql';
import type { Entry } from './channel';
import type { Channels } from './channels';
import type { Asking, Subgraph } from './subgraph';

/** How the supergraph differs from the one that a gateway begins with. */
export type Variant = 'first' | 'with a new field' | 'without the subscription';

const sdl = (variant: Variant): string => `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective", "@authenticated", "@requiresScopes"])
  @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resumable"])
  @composeDirective(name: "@resumable")
directive @resumable(cursor: String!, argument: String!, identity: [String!]) on FIELD_DEFINITION

type Query {
  head(channel: String!): Int!
  patient(channel: String!): Int!
  ${variant === 'with a new field' ? 'recent: String' : ''}
}
type Mutation {
  append(channel: String!, text: String!): Int!
}
type Subscription {
  ${variant === 'without the subscription' ? '' : 'added(channel: String!, only: String, after: String): Entry @resumable(cursor: "cursor", argument: "after", identity: [])'}
  mine(channel: String!, after: String): Entry @resumable(cursor: "cursor", argument: "after")
  heard(channel: String!): Entry
  guarded(channel: String!, after: String): Entry @requiresScopes(scopes: [["entries:read"]]) @resumable(cursor: "cursor", argument: "after", identity: [])
}
interface Numbered {
  number: Int!
}
type Entry implements Numbered {
  number: Int!
  text: String!
  cursor: String!
  caller: String
  "Fails for some, and is part of an entry without which there is none."
  needed: String!
  "Fails for some."
  trouble: String
  item: Item
  certain: Item!
  items: [Item]!
}
type Item @key(fields: "id", resolvable: false) {
  id: ID!
}
`;

const itemOf = ({ channel }: Entry, item: string | undefined) => ({ __typename: 'Item', id: `${channel.name}/${item ?? ''}` });

function sound(entry: Entry): string {
  if (entry.isBroken) throw new GraphQLError('It is broken', { extensions: { code: 'BROKEN' } });
  return 'sound';
}

/** The events: the part of each subscription that comes first. */
export const feed = (channels: Channels, variant: Variant = 'first'): Subgraph => ({
  name: 'feed',
  sdl: sdl(variant),
  resolvers: {
    Query: {
      head: (_: never, { channel }: { channel: string }) => channels.named(channel).entries.length,
      patient: async (_: never, { channel: name }: { channel: string }) => {
        const channel = channels.named(name);
        await channel.turn();
        return channel.entries.length;
      },
    },
    Mutation: {
      append: (_: never, { channel, text }: { channel: string; text: string }) => channels.named(channel).append({ text }),
    },
    Subscription: {
      added: {
        subscribe: (_: never, { channel, only, after }: { channel: string; only?: string | null; after?: string | null }, { tellPosition }: Asking) =>
          channels.named(channel).follow({ after, tellPosition, concerns: ({ text }) => only === undefined || only === null || only === text }),
        resolve: (entry: Entry) => entry,
      },
      mine: {
        subscribe: (_: never, { channel, after }: { channel: string; after?: string | null }, { caller, tellPosition }: Asking) =>
          channels.named(channel).follow({ after, tellPosition, concerns: ({ to }) => to !== undefined && to === caller }),
        resolve: (entry: Entry) => entry,
      },
      heard: {
        subscribe: (_: never, { channel }: { channel: string }) => channels.named(channel).follow({ after: undefined, tellPosition: () => undefined }),
        resolve: (entry: Entry) => entry,
      },
      guarded: {
        subscribe: (_: never, { channel, after }: { channel: string; after?: string | null }, { tellPosition }: Asking) => channels.named(channel).follow({ after, tellPosition }),
        resolve: (entry: Entry) => entry,
      },
    },
    Entry: {
      cursor: ({ channel, number }: Entry) => channel.cursorOf(number),
      caller: (_: never, __: never, { caller }: Asking) => caller,
      needed: sound,
      trouble: sound,
      item: (entry: Entry) => itemOf(entry, entry.items[0]),
      certain: (entry: Entry) => itemOf(entry, entry.items[0]),
      items: (entry: Entry) => entry.items.map((item) => itemOf(entry, item)),
    },
  },
});
