import { isHeldByDouble } from './exact-number';

/** A text of JSON in which strings stand for the numbers that no double holds. */
interface MarkedText {
  readonly text: string;
  readonly count: number;
}

/** Numbers of 16 characters and more, or with an exponent of three digits, where a value may begin; in a string there may be some, too. */
const candidates = /([:,[]\s*)(-?\d(?:[\d.eE+-]{15,}|[\d.]*[eE][+-]?\d{3,}))(?!\s*:)/g;
const wholeNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Puts a string, `marker` and the number's text, in place of each such number. What is no JSON stays none. */
export function markNumbers(text: string, marker: string): MarkedText {
  const strings = new StringFinder(text);
  let marked = '';
  let copied = 0;
  let count = 0;
  candidates.lastIndex = 0;
  for (let match = candidates.exec(text); match; match = candidates.exec(text)) {
    const [, before = '', number = ''] = match;
    if (isHeldByDouble(number) || !wholeNumber.test(number)) continue;
    const at = match.index + before.length;
    const end = strings.endOfStringAt(at);
    if (end !== undefined) {
      candidates.lastIndex = end;
      continue;
    }
    marked += `${text.slice(copied, at)}"${marker}${number}"`;
    copied = at + number.length;
    count += 1;
  }
  return count === 0 ? { text, count } : { text: marked + text.slice(copied), count };
}

/** Tells what is within a string of JSON; asked for places in their order. */
class StringFinder {
  private opening: number;

  constructor(private readonly text: string) {
    this.opening = text.indexOf('"');
  }

  /** Where the string ends that a place is in; undefined outside of strings. */
  endOfStringAt(place: number): number | undefined {
    while (this.opening !== -1 && this.opening < place) {
      const closing = this.closingAfter(this.opening);
      this.opening = this.text.indexOf('"', closing + 1);
      if (closing > place) return closing;
    }
    return undefined;
  }

  private closingAfter(opening: number): number {
    for (let at = this.text.indexOf('"', opening + 1); at !== -1; at = this.text.indexOf('"', at + 1)) {
      let backslashes = 0;
      while (this.text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
      if (backslashes % 2 === 0) return at;
    }
    return this.text.length;
  }
}
