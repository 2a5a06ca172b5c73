import { isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, type GraphQLSchema } from 'graphql';
import { activityDescriptions } from './activity';
import { commandDescriptions } from './commands';
import { argumentDescriptions, connectionDescription, edgeDescription, fieldDescriptions } from './general';
import { thingDescriptions } from './things';

/** By the schema coordinates of https://spec.graphql.org: `Type`, `Type.field`, `Type.field(argument:)`. */
const descriptions: Readonly<Record<string, string>> = { ...thingDescriptions, ...commandDescriptions, ...activityDescriptions };

interface Described {
  description?: string | null | undefined;
}

/**
 * Describes what a subgraph's classes leave undescribed. The texts are in one place because several subgraphs define the same types, and composition wants
 * equal descriptions.
 */
export function describeSchema(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    describe(type, descriptions[type.name] ?? patternOf(type.name));
    if (isEnumType(type)) for (const value of type.getValues()) describe(value, descriptions[`${type.name}.${value.name}`]);
    if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) describe(field, ofField(type.name, field.name));
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      describe(field, ofField(type.name, field.name));
      for (const argument of field.args) describe(argument, descriptions[`${type.name}.${field.name}(${argument.name}:)`] ?? argumentDescriptions[argument.name]);
    }
  }
}

/** What the class says counts. */
function describe(element: Described, text: string | undefined): void {
  if (!element.description && text !== undefined) element.description = text;
}

const ofField = (type: string, field: string): string | undefined => descriptions[`${type}.${field}`] ?? fieldDescriptions[field];

const patternOf = (type: string): string | undefined => {
  if (type.endsWith('Connection')) return connectionDescription;
  return type.endsWith('Edge') ? edgeDescription : undefined;
};
