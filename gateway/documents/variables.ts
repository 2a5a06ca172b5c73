import { coerceInputValue, GraphQLError, isInputType, isNonNullType, print, typeFromAST, valueFromAST } from 'graphql';
import type { GraphQLInputType, GraphQLSchema, VariableDefinitionNode } from 'graphql';

/** What one operation takes. */
export interface VariableRules {
  /** The first few things that are wrong with what a client sent, as BAD_USER_INPUT with `field` = the place, as `input.tags.0`. */
  check(given: Readonly<Record<string, unknown>>): readonly GraphQLError[];
  /** What was sent, with the operation's defaults filled in. */
  withDefaults(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

const maxErrors = 10;
const maxMessageLength = 300;
/** Of one value: whatever handles it later may do so recursively. */
const maxDepth = 100;

export function variableRules(definitions: readonly VariableDefinitionNode[], schema: GraphQLSchema): VariableRules {
  const variables = definitions.flatMap((definition) => {
    const type = typeFromAST(schema, definition.type);
    return isInputType(type) ? [{ name: definition.variable.name.value, type, shown: print(definition.type), definition }] : [];
  });
  const defaults: Record<string, unknown> = Object.fromEntries(
    variables.flatMap(({ name, type, definition }) => (definition.defaultValue ? [[name, valueFromAST(definition.defaultValue, type)]] : [])),
  );
  const hasDefaults = Object.keys(defaults).length > 0;

  return {
    check(given) {
      const errors: GraphQLError[] = [];
      for (const { name, type, shown, definition } of variables) {
        const value = Object.hasOwn(given, name) ? given[name] : undefined;
        if (value === undefined) {
          if (isNonNullType(type) && !definition.defaultValue) errors.push(badInput(`Variable "$${name}" of type "${shown}" is required`, name));
        } else if (value === null && isNonNullType(type)) {
          errors.push(badInput(`Variable "$${name}" of type "${shown}" must not be null`, name));
        } else if (nestsDeeperThan(value, maxDepth)) {
          errors.push(badInput(`Variable "$${name}" nests deeper than ${maxDepth} levels`, name));
        } else {
          coerce(name, value, type, errors);
        }
        if (errors.length >= maxErrors) break;
      }
      return errors.slice(0, maxErrors);
    },
    withDefaults: (given) => (hasDefaults ? { ...defaults, ...given } : given),
  };
}

function coerce(name: string, value: unknown, type: GraphQLInputType, errors: GraphQLError[]): void {
  coerceInputValue(value, type, (path, _invalid, error) => {
    if (errors.length < maxErrors) errors.push(badInput(`Variable "$${name}": ${error.message}`, [name, ...path].join('.')));
  });
}

function badInput(message: string, field: string): GraphQLError {
  const shown = message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;
  return new GraphQLError(shown, { extensions: { code: 'BAD_USER_INPUT', field } });
}

function nestsDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (nestsDeeperThan(inner, levels - 1)) return true;
  return false;
}
