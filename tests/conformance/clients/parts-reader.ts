/** The bodies of a multipart response's parts (RFC 2046, 5.1) from the chunks they come in; each is told as soon as the boundary behind it has come. */
export class PartsReader {
  private rest = '';
  private readonly delimiter: string;
  private isPreamble = true;
  /** Whether the closing boundary has come. */
  isClosed = false;

  constructor(boundary: string) {
    this.delimiter = `\r\n--${boundary}`;
  }

  read(chunk: string): readonly string[] {
    // The first boundary may stand at the very beginning.
    this.rest += chunk;
    if (this.isPreamble && this.rest.startsWith('--')) this.rest = `\r\n${this.rest}`;
    const pieces = this.rest.split(this.delimiter);
    this.rest = pieces.pop() ?? '';
    const bodies = (this.isPreamble ? pieces.slice(1) : pieces).map((piece) => piece.slice(piece.indexOf('\r\n\r\n') + 4));
    if (pieces.length > 0) this.isPreamble = false;
    if (!this.isPreamble && this.rest.startsWith('--')) this.isClosed = true;
    return bodies;
  }
}
