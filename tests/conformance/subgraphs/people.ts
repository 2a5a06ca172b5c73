import type { Subgraph } from './subgraph';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query {
  person(id: ID!): Person
}
type Person @key(fields: "id") {
  id: ID!
  name: String!
}
`;

/** A third subgraph, which is only reached by way of the second. */
export const people: Subgraph = {
  name: 'people',
  sdl,
  resolvers: {
    Query: { person: (_: never, { id }: { id: string }) => ({ id }) },
    Person: { __resolveReference: ({ id }: { id: string }) => ({ id }), name: ({ id }: { id: string }) => `the ${id}` },
  },
};
