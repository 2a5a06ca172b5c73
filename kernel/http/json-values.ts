const quote = 0x22;
const backslash = 0x5c;

/**
 * Returns whether a JSON text has more than `max` values, as far as its commas and brackets tell: lists, objects, their items and fields all count. Reads the
 * text once, without parsing it, so that a parser and what follows it never see more. A text that is no JSON gets an answer as well.
 */
export function hasMoreValuesThan(text: string, max: number): boolean {
  // Each value after the first takes a comma or a bracket, and a character of its own.
  if (text.length <= max) return false;
  let values = 1;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case quote:
        index = endOfString(text, index);
        if (index === -1) return false;
        break;
      case 0x2c: // ,
      case 0x5b: // [
      case 0x7b: // {
        values += 1;
        if (values > max) return true;
    }
  }
  return false;
}

/** The index of the quote that ends the string which begins at `start`; -1 where none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return -1;
}
