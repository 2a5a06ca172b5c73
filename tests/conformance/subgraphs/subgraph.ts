import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';

/** Who asks a subgraph, and how it can tell them a position. */
export interface Asking {
  /** As the identity header says; undefined if there is none. */
  readonly caller: string | undefined;
  readonly tellPosition: (cursor: string) => void;
}

type Resolve = { resolve(parent: never, args: never, asking: Asking): unknown }['resolve'];
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolve | { readonly subscribe: Resolve; readonly resolve: Resolve }>>>>;

/** One of the suite's own. */
export interface Subgraph {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Resolvers;
}

export const executable = ({ sdl, resolvers }: Subgraph): GraphQLSchema => buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never });
