import { isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import type { GraphQLSchema } from 'graphql';

/** What the executor needs to know of a supergraph's types, by name. */
export interface TypeRelations {
  /** Also for an interface that stands as a type of its own, as subgraphs with @interfaceObject have it. */
  isOfType(type: string, condition: string): boolean;
  isKnown(type: string): boolean;
  isAbstract(type: string): boolean;
}

export function typeRelations(schema: GraphQLSchema): TypeRelations {
  return {
    isOfType(type, condition) {
      if (type === condition) return true;
      const wanted = schema.getType(condition);
      const actual = schema.getType(type);
      return isAbstractType(wanted) && (isObjectType(actual) || isInterfaceType(actual)) && schema.isSubType(wanted, actual);
    },
    isKnown: (type) => schema.getType(type) !== undefined,
    isAbstract: (type) => isAbstractType(schema.getType(type)),
  };
}
