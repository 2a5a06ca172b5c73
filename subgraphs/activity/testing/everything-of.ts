import { getNamedType, isAbstractType, isObjectType, type GraphQLNamedType, type GraphQLSchema } from 'graphql';

/** A selection of every field there is below a type, without arguments; aliases keep apart what the types of a union call by one name. */
export function everythingOf(schema: GraphQLSchema, type: GraphQLNamedType, above: readonly string[] = []): string {
  if (above.includes(type.name)) throw new Error(`${[...above, type.name].join(' > ')} has no end`);
  const below = (next: GraphQLNamedType): string => everythingOf(schema, next, [...above, type.name]);
  if (isAbstractType(type)) return `{ ${schema.getPossibleTypes(type).map((possible) => `... on ${possible.name} ${below(possible)}`).join(' ')} }`;
  if (!isObjectType(type)) return '';
  return `{ ${Object.values(type.getFields()).map((field) => `${type.name}_${field.name}: ${field.name} ${below(getNamedType(field.type))}`).join(' ')} }`;
}
