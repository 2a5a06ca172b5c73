import { getNullableType, isCompositeType, isInterfaceType, isListType, isNonNullType, isObjectType, Kind } from 'graphql';
import type { GraphQLCompositeType, GraphQLOutputType, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { responseName } from '../documents/selections';
import type { TypeRelations } from './type-relations';

type Data = Readonly<Record<string, unknown>>;

interface NullParts {
  readonly schema: GraphQLSchema;
  readonly types: TypeRelations;
  /** Coordinates of the fields that carry @omitsNulls. */
  readonly omitsNulls: ReadonlySet<string>;
}

/** Whether a null at or below one of an operation's root fields makes all of its data null. `names`: of those that were fetched, as they are planned. */
export function isDataNull({ operation, selectionSet }: OperationDefinitionNode, data: Data, names: ReadonlySet<string>, parts: NullParts): boolean {
  const root = parts.schema.getRootType(operation);
  if (!root) return false;
  const fetched = selectionSet.selections.filter((selection) => selection.kind === Kind.FIELD && names.has(responseName(selection)));
  return hasNull({ kind: Kind.SELECTION_SET, selections: fetched }, root, data, parts);
}

/** Whether a field has no value that its parent can do without. */
function hasNull({ selections }: SelectionSetNode, type: GraphQLCompositeType, data: Data, parts: NullParts): boolean {
  return selections.some((selection): boolean => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition ? parts.schema.getType(selection.typeCondition.name.value) : type;
      const actual = data['__typename'] ?? type.name;
      return isCompositeType(condition) && typeof actual === 'string' && parts.types.isOfType(actual, condition.name) && hasNull(selection.selectionSet, condition, data, parts);
    }
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
    if (!definition) return false;
    const value = data[responseName(selection)];
    if (parts.omitsNulls.has(`${type.name}.${selection.name.value}`)) return isNonNullType(definition.type) && (value === null || value === undefined);
    return isMissing(value, definition.type, selection.selectionSet, parts);
  });
}

function isMissing(value: unknown, type: GraphQLOutputType, set: SelectionSetNode | undefined, parts: NullParts): boolean {
  if (!isNonNullType(type)) return false;
  if (value === null || value === undefined) return true;
  const present = getNullableType(type);
  if (isListType(present)) return Array.isArray(value) && value.some((item) => isMissing(item, present.ofType, set, parts));
  return set !== undefined && isCompositeType(present) && typeof value === 'object' && hasNull(set, present, value as Data, parts);
}
