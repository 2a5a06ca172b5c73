import { getNullableType, isInputObjectType, isListType, isScalarType, isSpecifiedScalarType, Kind } from 'graphql';
import type { GraphQLInputType, ValueNode } from 'graphql';
import { isHeldByDouble } from '../json/exact-number';

/**
 * Whether the planner would write a literal in another way than the client: what stands for a custom scalar it reads as a value of JavaScript, so that a long number is rounded, `1.0`
 * becomes `1`, and an enum's name a string.
 */
export function isRewritten(value: ValueNode, type: GraphQLInputType): boolean {
  if (value.kind === Kind.VARIABLE || value.kind === Kind.NULL) return false;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return value.kind === Kind.LIST ? value.values.some((item) => isRewritten(item, nullable.ofType)) : isRewritten(value, nullable.ofType);
  if (isInputObjectType(nullable)) {
    const fields = nullable.getFields();
    return value.kind === Kind.OBJECT && value.fields.some((field) => {
      const definition = fields[field.name.value];
      return definition !== undefined && isRewritten(field.value, definition.type);
    });
  }
  return isScalarType(nullable) && !isSpecifiedScalarType(nullable) && isRewrittenUntyped(value);
}

function isRewrittenUntyped(value: ValueNode): boolean {
  switch (value.kind) {
    case Kind.ENUM: return true;
    case Kind.INT: return value.value === '-0' || !isHeldByDouble(value.value);
    case Kind.FLOAT: return String(Number(value.value)) !== value.value;
    case Kind.LIST: return value.values.some(isRewrittenUntyped);
    case Kind.OBJECT: return value.fields.some((field) => field.name.value === '__proto__' || isRewrittenUntyped(field.value));
    default: return false;
  }
}
