import { Kind, OverlappingFieldsCanBeMergedRule, validate, visit } from 'graphql';
import type { DocumentNode, FieldNode, GraphQLSchema } from 'graphql';
import type { RandomSource } from './random-source';

const maxRounds = 20;

/** The document with new aliases where fields of one response name can't be merged; undefined if it comes to no end. */
export function withoutConflicts(schema: GraphQLSchema, document: DocumentNode, random: RandomSource): DocumentNode | undefined {
  let current = document;
  let renamed = 0;
  for (let round = 0; round < maxRounds; round += 1) {
    // One node may stand in several places, where the same name means something else: each place gets its own.
    current = visit(current, { Field: (node) => ({ ...node }) });
    const conflicts = validate(schema, current, [OverlappingFieldsCanBeMergedRule]);
    if (conflicts.length === 0) return current;
    const chosen = new Set(conflicts.map(({ nodes }) => random.pick((nodes ?? []).filter((node) => node.kind === Kind.FIELD))));
    current = visit(current, {
      Field(node): FieldNode | undefined {
        if (!chosen.has(node)) return undefined;
        renamed += 1;
        return { ...node, alias: { kind: Kind.NAME, value: `r${renamed}` } };
      },
    });
  }
  return undefined;
}
