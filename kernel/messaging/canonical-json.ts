/**
 * JSON text that is the same for equal values: object keys are sorted (by UTF-16 code units), and what JSON.stringify leaves out or turns
 * into null is treated in the same way, so that a value and what comes back of it over the wire give one text.
 *
 * @throws {TypeError} for what JSON can't hold: a bigint, a cycle.
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(sorted(value)) ?? 'null';

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  if (hasToJson(value)) return sorted(value.toJSON());
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [key, sorted(member)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
};

const hasToJson = (value: object): value is { toJSON(): unknown } => 'toJSON' in value && typeof value.toJSON === 'function';
