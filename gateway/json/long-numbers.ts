/** A double holds every number of up to 15 digits. */
const firstLongLength = 16;
const longExponent = /\d[eE][+-]?\d{3}/;

/**
 * Whether a text of JSON may have a number that a double does not hold: 16 digits in a row, a point among them or not, or an exponent of three digits. Most texts have neither, and to find
 * that takes a small part of the time that parsing them takes.
 */
export function mayHaveLongNumbers(text: string): boolean {
  return hasLongRun(text) || longExponent.test(text);
}

/** Each run of 16 meets one of every 16 places, and has 8 of its characters in a row on one side of it. */
function hasLongRun(text: string): boolean {
  const { length } = text;
  const half = firstLongLength / 2;
  for (let at = firstLongLength - 1; at < length; at += firstLongLength) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue;
    if (!isDigitOrPoint(text.charCodeAt(at - half)) && !isDigitOrPoint(text.charCodeAt(at + half))) continue;
    let first = at;
    while (first > 0 && isDigitOrPoint(text.charCodeAt(first - 1))) first -= 1;
    let end = at + 1;
    while (end < length && isDigitOrPoint(text.charCodeAt(end))) end += 1;
    if (end - first >= firstLongLength) return true;
  }
  return false;
}

/** Not for NaN, the code beyond a text's end. */
function isDigitOrPoint(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e;
}
