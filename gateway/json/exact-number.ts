/** A number of JSON that no double holds, by its text: JSON.stringify writes that text. It is what `JSON.rawJSON` makes, and so no list and no object of the answer. */
interface ExactNumber {
  readonly rawJSON: string;
}

/** Node has both functions, TypeScript's library does not. */
const json = JSON as typeof JSON & { rawJSON(text: string): ExactNumber; isRawJSON(value: unknown): value is ExactNumber };

/** @throws {SyntaxError} for a text that is no value of JSON. */
export function exactNumber(text: string): ExactNumber {
  return json.rawJSON(text);
}

export function isExactNumber(value: unknown): value is ExactNumber {
  return typeof value === 'object' && json.isRawJSON(value);
}

const integer = /^-?\d+$/;

/** Whether the text of a number has neither a fraction nor an exponent. */
export function isIntegerText(text: string): boolean {
  return integer.test(text);
}

/** Whether a number survives as a double: an integer of up to 2^53 - 1, or a number that JavaScript writes with the same text. */
export function isHeldByDouble(text: string): boolean {
  const value = Number(text);
  return isIntegerText(text) ? Number.isSafeInteger(value) : String(value) === text;
}
