import { randomUUID } from 'node:crypto';
import { getNullableType, isInputObjectType, isInterfaceType, isListType, isObjectType, isScalarType, isSpecifiedScalarType, Kind, parse, print, valueFromAST } from 'graphql';
import type { ConstValueNode, GraphQLArgument, GraphQLInputField, GraphQLInputType, GraphQLSchema, InputValueDefinitionNode } from 'graphql';
import { isRewritten } from '../planning/exact-literals';

/** Known to this process alone, so that no schema has it. */
const marker = `${randomUUID()}:`;
const marked = new RegExp(`"${marker}((?:[^"\\\\]|\\\\.)*)"`, 'g');

/**
 * Puts the text of defaults into a schema where a value would not do: a custom scalar's default may be a long number, an enum's name or an object, of which introspection knows no text.
 * It shows them as marked strings; {@link shownDefaults} takes the marks away.
 */
export function keepDefaults(schema: GraphQLSchema, sdl: string): void {
  for (const definition of parse(sdl, { noLocation: true }).definitions) {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
      keep(schema.getDirective(definition.name.value)?.args ?? [], definition.arguments);
    } else if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      const type = schema.getType(definition.name.value);
      if (isInputObjectType(type)) keep(Object.values(type.getFields()), definition.fields);
    } else if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      const type = schema.getType(definition.name.value);
      const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
      for (const { name, arguments: args } of definition.fields ?? []) keep(fields[name.value]?.args ?? [], args);
    }
  }
}

function keep(inputs: readonly (GraphQLArgument | GraphQLInputField)[], nodes: readonly InputValueDefinitionNode[] = []): void {
  for (const input of inputs) {
    const literal = nodes.find(({ name }) => name.value === input.name)?.defaultValue;
    if (literal && needsText(literal, input.type)) input.defaultValue = withText(literal, input.type);
  }
}

function needsText(value: ConstValueNode, type: GraphQLInputType): boolean {
  return isRewritten(value, type) || inputsOf(value, type).some(([inner, innerType]) => needsText(inner, innerType)) || isCompound(value, type);
}

/** What of a value is of another type than itself. */
function inputsOf(value: ConstValueNode, type: GraphQLInputType): (readonly [ConstValueNode, GraphQLInputType])[] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return value.kind === Kind.LIST ? value.values.map((item) => [item, nullable.ofType] as const) : [];
  if (!isInputObjectType(nullable) || value.kind !== Kind.OBJECT) return [];
  const fields = nullable.getFields();
  return value.fields.flatMap((field) => {
    const definition = fields[field.name.value];
    return definition ? [[field.value, definition.type] as const] : [];
  });
}

function isCompound({ kind }: ConstValueNode, type: GraphQLInputType): boolean {
  return isCustomScalar(type) && (kind === Kind.OBJECT || kind === Kind.LIST);
}

function isCustomScalar(type: GraphQLInputType): boolean {
  const nullable = getNullableType(type);
  return isScalarType(nullable) && !isSpecifiedScalarType(nullable);
}

function withText(value: ConstValueNode, type: GraphQLInputType): unknown {
  const nullable = getNullableType(type);
  if (value.kind === Kind.NULL) return null;
  if (isCustomScalar(nullable)) return needsText(value, nullable) ? marker + print(value) : valueFromAST(value, nullable);
  if (isListType(nullable)) return value.kind === Kind.LIST ? value.values.map((item) => withText(item, nullable.ofType)) : [withText(value, nullable.ofType)];
  if (!isInputObjectType(nullable) || value.kind !== Kind.OBJECT) return valueFromAST(value, nullable);
  const fields = nullable.getFields();
  return Object.fromEntries(value.fields.flatMap((field) => {
    const definition = fields[field.name.value];
    return definition ? [[field.name.value, withText(field.value, definition.type)] as const] : [];
  }));
}

/** The JSON of an introspection without the marks. */
export function shownDefaults(json: string): string {
  if (!json.includes(marker)) return json;
  return JSON.stringify(JSON.parse(json, (_name, value: unknown) => (typeof value === 'string' ? value.replace(marked, (_all, text: string) => JSON.parse(`"${text}"`) as string) : value)));
}
