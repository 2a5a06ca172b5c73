import { getNamedType, isAbstractType, isCompositeType, isInterfaceType, isObjectType } from 'graphql';
import type { FieldNode, GraphQLCompositeType, GraphQLField, GraphQLNamedType, SelectionSetNode } from 'graphql';
import { collectFields } from './field-collection';
import type { WriterParts } from './value-writers';
import type { ResponsePath } from './response-path';

/**
 * Where the client is told of an error at a place of the answer: there, if it asked for that, by its type; at the null above it, if what it did not ask for (a key) took
 * that with it; nowhere (undefined) for what it neither asked for nor misses, since a fetch for several types at once brings more fields. Where too little is known of the
 * types, the place is taken to be asked for. For when something went wrong: it goes through the operation each time.
 */
export function toldPath(parts: WriterParts, data: unknown, path: ResponsePath): ResponsePath | undefined {
  const { client: { operation }, schema, names } = parts;
  let type: GraphQLCompositeType | undefined = schema.getRootType(operation.operation) ?? undefined;
  let sets: readonly SelectionSetNode[] = [operation.selectionSet];
  let value = data;
  let missing: ResponsePath | undefined;
  for (const [depth, step] of path.entries()) {
    if (typeof step === 'string') {
      const actual: GraphQLCompositeType | undefined = type && isAbstractType(type) ? typeOf(value, parts) : type;
      // A list without indices, or what is null by now.
      if (!actual) return path;
      const nodes: readonly FieldNode[] | undefined = collectFields(parts, sets, actual).fields.get(names.clientName(step))?.filter((node) => names.plannedName(node) === step);
      const node: FieldNode | undefined = nodes?.[0];
      if (!nodes || !node) return missing;
      const definition: GraphQLField<unknown, unknown> | undefined = isObjectType(actual) || isInterfaceType(actual) ? actual.getFields()[node.name.value] : undefined;
      if (!definition) return path;
      const named: GraphQLNamedType = getNamedType(definition.type);
      type = isCompositeType(named) ? named : undefined;
      sets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
    }
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined;
    if (value === null || value === undefined) missing ??= path.slice(0, depth + 1);
  }
  return path;
}

function typeOf(value: unknown, { schema }: WriterParts): GraphQLCompositeType | undefined {
  const name = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['__typename'] : undefined;
  const type = typeof name === 'string' ? schema.getType(name) : undefined;
  return isObjectType(type) ? type : undefined;
}
