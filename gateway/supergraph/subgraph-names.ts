import type { Schema } from '@apollo/federation-internals';

/** The names of a supergraph's subgraphs, by the enum values that stand for them. */
export function subgraphNames(schema: Schema): ReadonlyMap<string, string> {
  const graphs = schema.type('join__Graph');
  if (!graphs || !('values' in graphs)) return new Map();
  return new Map(graphs.values.flatMap((value) => value.appliedDirectivesOf('join__graph').map((applied) => [value.name, String(applied.arguments()['name'])] as const)));
}
