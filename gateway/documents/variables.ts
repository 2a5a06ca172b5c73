import {
  coerceInputValue, GraphQLError, isInputType, isNonNullType, Kind, print, typeFromAST, TypeInfo, valueFromAST, visit, visitWithTypeInfo,
} from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLInputType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { shownMessage, shownName } from '../errors/shown-text';
import { nestsDeeperThan } from './nesting';
import { settledNumbers } from './variable-numbers';

/** What one operation takes. */
export interface VariableRules {
  /** What was sent, with numbers that no double holds as GraphQL's own scalars have them; those of custom scalars stay as they are. The rest is for what comes of this. */
  settled(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** The first few things that are wrong with what a client sent, as BAD_USER_INPUT with `field` = the place, as `input.tags[0]`. */
  check(given: Readonly<Record<string, unknown>>): readonly GraphQLError[];
  /** What was sent, with the operation's defaults filled in. */
  withDefaults(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

const maxErrors = 10;
/** Of one value: whatever handles it later may do so recursively. */
const maxDepth = 100;

interface VariableOptions {
  /** Whether errors keep names of the schema to themselves that a client did not give. */
  readonly hideSuggestions: boolean;
}

/** `fragments`: those of the operation's document. */
export function variableRules(
  operation: OperationDefinitionNode, fragments: Iterable<FragmentDefinitionNode>, schema: GraphQLSchema, { hideSuggestions }: VariableOptions = { hideSuggestions: false },
): VariableRules {
  const neverNull = usedWhereNullIsNot(operation, fragments, schema);
  const variables = (operation.variableDefinitions ?? []).flatMap((definition) => {
    const type = typeFromAST(schema, definition.type);
    const name = definition.variable.name.value;
    return isInputType(type) ? [{ name, type, shown: print(definition.type), definition, neverNull: isNonNullType(type) || neverNull.has(name) }] : [];
  });
  const defaults: Record<string, unknown> = Object.fromEntries(
    variables.flatMap(({ name, type, definition }) => (definition.defaultValue ? [[name, valueFromAST(definition.defaultValue, type)]] : [])),
  );
  const hasDefaults = Object.keys(defaults).length > 0;

  return {
    settled(given) {
      const changed = variables.flatMap(({ name, type }) => {
        const value = Object.hasOwn(given, name) ? given[name] : undefined;
        const settled = settledNumbers(value, type, maxDepth);
        return settled === value ? [] : [[name, settled] as const];
      });
      return changed.length === 0 ? given : { ...given, ...Object.fromEntries(changed) };
    },
    check(given) {
      const errors: GraphQLError[] = [];
      for (const { name, type, shown, definition, neverNull: noNull } of variables) {
        const value = Object.hasOwn(given, name) ? given[name] : undefined;
        if (value === undefined) {
          if (isNonNullType(type) && !definition.defaultValue) errors.push(badInput(`Variable "$${name}" of type "${shown}" is required`, name));
        } else if (value === null && noNull) {
          errors.push(badInput(`Variable "$${name}" of type "${shown}" must not be null`, name));
        } else if (nestsDeeperThan(value, maxDepth)) {
          errors.push(badInput(`Variable "$${name}" nests deeper than ${maxDepth} levels`, name));
        } else {
          coerce({ name, value, type, hideSuggestions }, errors);
        }
        if (errors.length >= maxErrors) break;
      }
      return errors;
    },
    withDefaults: (given) => (hasDefaults ? { ...defaults, ...given } : given),
  };
}

interface GivenVariable extends VariableOptions {
  readonly name: string;
  readonly value: unknown;
  readonly type: GraphQLInputType;
}

/** Thrown out of graphql-js's coercion, which would go on to the end of the value. */
const enoughErrors = Symbol('enough errors');

function coerce({ name, value, type, hideSuggestions }: GivenVariable, errors: GraphQLError[]): void {
  try {
    coerceInputValue(value, type, (path, _invalid, error) => {
      errors.push(badInput(`Variable "$${name}": ${error.message}`, placeOf(name, path, error)));
      if (errors.length >= maxErrors) throw enoughErrors;
    }, hideSuggestions);
  } catch (error) {
    if (error !== enoughErrors) throw error;
  }
}

/** graphql-js gives the path of the object in which a field is missing or too much; which field that is stands in the message alone. */
const aboutField = /^Field "(\w+)" (?:of required type|is not defined)/;

function placeOf(name: string, path: readonly (string | number)[], error: GraphQLError): string {
  const field = aboutField.exec(error.message)?.[1];
  return [...path, ...(field === undefined ? [] : [field])].reduce<string>((place, step) => (typeof step === 'number' ? `${place}[${step}]` : `${place}.${step}`), name);
}

function badInput(message: string, field: string): GraphQLError {
  return new GraphQLError(shownMessage(message), { extensions: { code: 'BAD_USER_INPUT', field: shownName(field) } });
}

/** A variable may stand where null may not, without saying so in its own type, if it has a default or the place has one. */
function usedWhereNullIsNot(operation: OperationDefinitionNode, fragments: Iterable<FragmentDefinitionNode>, schema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  if (!operation.variableDefinitions?.some(({ type }) => type.kind !== Kind.NON_NULL_TYPE)) return names;
  const typeInfo = new TypeInfo(schema);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
  visit(document, visitWithTypeInfo(typeInfo, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      if (isNonNullType(typeInfo.getInputType())) names.add(name.value);
    },
  }));
  return names;
}
