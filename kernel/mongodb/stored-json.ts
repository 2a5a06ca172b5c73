/** mongod refuses documents that are nested deeper than 180 levels. */
const DEEPEST = 100;

/**
 * Whether BSON gives a value back as JSON would. It doesn't for text with half of a surrogate pair, for keys that the driver takes for something of its own
 * (`$ref`, `_bsontype`), and for whatever is no JSON value and only becomes one while it is written.
 */
export const isNatural = (value: unknown, depth = 0): boolean => {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed();
    case 'number':
      return Number.isFinite(value);
    case 'boolean':
      return true;
    case 'object':
      return value === null || (depth < DEEPEST && (Array.isArray(value) ? isNaturalArray(value, depth + 1) : isNaturalObject(value, depth + 1)));
    default:
      return false;
  }
};

const isNaturalArray = (value: readonly unknown[], depth: number): boolean => {
  for (const member of value) if (!isNatural(member, depth)) return false;
  return true;
};

const isNaturalObject = (value: object, depth: number): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const [key, member] of Object.entries(value)) {
    // What is undefined is left out, by JSON as by the driver.
    if (!isNaturalKey(key) || (member !== undefined && !isNatural(member, depth))) return false;
  }
  return true;
};

const isNaturalKey = (key: string): boolean =>
  !key.startsWith('$') && key !== '_bsontype' && key !== '__proto__' && key !== 'toJSON' && key !== 'toBSON' && !key.includes('\0') && key.isWellFormed();

/** A JSON value in a document: as it is, so that operators can query it, or else as text. */
export type StoredJson = { value: unknown } | { json: string };

/** @throws {TypeError} for what JSON can't hold: a bigint, a cycle. */
export const storedJson = (value: unknown): StoredJson => (isNatural(value) ? { value } : { json: JSON.stringify(value) ?? 'null' });

export const jsonOf = (stored: StoredJson): unknown => ('json' in stored ? JSON.parse(stored.json) : stored.value);
