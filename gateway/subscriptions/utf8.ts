/** A text as UTF-8, each byte a character of its own (what Node calls latin1): less to keep than a buffer, and less to put together. */
export function utf8Of(text: string): string {
  return Buffer.from(text).toString('latin1');
}
