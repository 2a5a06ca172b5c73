import { getNamedType, getNullableType, isInputObjectType, isListType, isScalarType, isSpecifiedScalarType } from 'graphql';
import type { GraphQLInputType } from 'graphql';
import { isExactNumber, isIntegerText } from '../json/exact-number';

/**
 * A variable's value in which numbers that no double holds are what GraphQL's own scalars make of them: a double for an Int or a Float, the text for an ID. Custom scalars keep
 * theirs: what they mean, only a subgraph knows. The same value where nothing changes; a changed one is a copy. Looks `levels` deep.
 */
export function settledNumbers(value: unknown, type: GraphQLInputType, levels: number): unknown {
  if (typeof value !== 'object' || value === null || levels < 0) return value;
  const nullable = getNullableType(type);
  if (isExactNumber(value)) return settledNumber(value.rawJSON, type) ?? value;
  if (isListType(nullable)) {
    if (!Array.isArray(value)) return settledNumbers(value, nullable.ofType, levels);
    const items = value as unknown[];
    const settled = items.map((item) => settledNumbers(item, nullable.ofType, levels - 1));
    return settled.some((item, index) => item !== items[index]) ? settled : value;
  }
  if (!isInputObjectType(nullable) || Array.isArray(value)) return value;
  const fields = nullable.getFields();
  let copy: Record<string, unknown> | undefined;
  for (const [name, inner] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const settled = field ? settledNumbers(inner, field.type, levels - 1) : inner;
    if (settled !== inner) (copy ??= { ...value as Record<string, unknown> })[name] = settled;
  }
  return copy ?? value;
}

/** Undefined where it stays. */
function settledNumber(text: string, type: GraphQLInputType): string | number | undefined {
  const named = getNamedType(type);
  if (isScalarType(named) && !isSpecifiedScalarType(named)) return undefined;
  return named.name === 'ID' && isIntegerText(text) ? text : Number(text);
}
