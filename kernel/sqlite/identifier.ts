const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** A quoted name of a table, column or index. @throws {TypeError} for what has no place in one. */
export const identifier = (...parts: readonly string[]): string => {
  for (const part of parts) if (!NAME.test(part)) throw new TypeError(`Not a name: ${part}`);
  return `"${parts.join('_')}"`;
};
