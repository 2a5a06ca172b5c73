import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import type { GraphQLScalarType, GraphQLSchema } from 'graphql';

type Row = Record<string, unknown>;
/** A method's parameters may be narrower than the declared ones, as a resolver's are that knows its parent. */
type Resolver = { resolve(parent: Row, args: Row, context: { headers: Readonly<Record<string, string>>; signal: AbortSignal; tellPosition(cursor: string): void }): unknown }['resolve'];

export type Resolvers = Readonly<Record<string, GraphQLScalarType | Readonly<Record<string, Resolver | { subscribe: Resolver; resolve?: Resolver }>>>>;

/** An executable subgraph. */
export function subgraphSchema(sdl: string, resolvers: Resolvers): GraphQLSchema {
  return buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never });
}
