import { compareValues } from './order';
import type { Condition, ViewField } from './read-models';

type Fields = Readonly<Record<string, ViewField<never>>>;

/** @throws {TypeError} when there is no such field. */
export const fieldNamed = (fields: Fields, name: string): ViewField<never> => {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw new TypeError(`There is no field ${name}`);
  return field;
};

/** Whether all conditions hold for a document, by its values of the fields: the meaning that every store gives to conditions. */
export const meetsAll = (fields: Fields, document: unknown, where: readonly Condition[]): boolean =>
  where.every((condition) => meets(fieldNamed(fields, condition.field), document, condition));

const meets = (field: ViewField<never>, document: unknown, condition: Condition): boolean => {
  if ('anyOf' in condition) {
    if (field.kind !== 'keywords') throw new TypeError(`${condition.field} has no keywords`);
    return field.of(document as never).some((keyword) => condition.anyOf.includes(keyword));
  }
  if (field.kind === 'keywords') throw new TypeError(`${condition.field} has no order`);
  const value = field.of(document as never);
  if (value === null) return false;
  if (condition.from !== undefined && compareValues(value, condition.from) < 0) return false;
  return condition.to === undefined || compareValues(value, condition.to) <= 0;
};
