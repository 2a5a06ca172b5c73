import { Kind } from 'graphql';
import type { FieldNode } from 'graphql';

export const typeNameField: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** The name under which a field stands in the answer. */
export function responseName(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}
