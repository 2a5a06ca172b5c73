import { getNamedType, isAbstractType, isCompositeType, isInterfaceType, isObjectType } from 'graphql';
import type { FieldNode, GraphQLCompositeType, GraphQLField, GraphQLNamedType, SelectionSetNode } from 'graphql';
import { collectFields } from './field-collection';
import type { WriterParts } from './value-writers';
import type { ResponsePath } from './response-path';

/**
 * Whether a place of an answer was asked for, by its type: a fetch for several types at once brings fields, and errors at them, also where the client asks only
 * something else. Where too little is known of the types, it is taken to be. For when something went wrong: it goes through the operation each time.
 */
export function isSelected(parts: WriterParts, data: unknown, path: ResponsePath): boolean {
  const { client: { operation }, schema, names } = parts;
  let type: GraphQLCompositeType | undefined = schema.getRootType(operation.operation) ?? undefined;
  let sets: readonly SelectionSetNode[] = [operation.selectionSet];
  let value = data;
  for (const step of path) {
    if (typeof step === 'string') {
      const actual: GraphQLCompositeType | undefined = type && isAbstractType(type) ? typeOf(value, parts) : type;
      // A list without indices, or what is null by now.
      if (!actual) return true;
      const nodes: readonly FieldNode[] | undefined = collectFields(parts, sets, actual).fields.get(names.clientName(step))?.filter((node) => names.plannedName(node) === step);
      const node: FieldNode | undefined = nodes?.[0];
      if (!nodes || !node) return false;
      const definition: GraphQLField<unknown, unknown> | undefined = isObjectType(actual) || isInterfaceType(actual) ? actual.getFields()[node.name.value] : undefined;
      if (!definition) return true;
      const named: GraphQLNamedType = getNamedType(definition.type);
      type = isCompositeType(named) ? named : undefined;
      sets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
    }
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined;
  }
  return true;
}

function typeOf(value: unknown, { schema }: WriterParts): GraphQLCompositeType | undefined {
  const name = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['__typename'] : undefined;
  const type = typeof name === 'string' ? schema.getType(name) : undefined;
  return isObjectType(type) ? type : undefined;
}
