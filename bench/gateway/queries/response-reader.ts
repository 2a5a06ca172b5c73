const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);

interface ReadResponse {
  readonly status: number;
  /** Of the body. */
  readonly bytes: number;
}

type Phase = { readonly reading: 'head' } | { readonly reading: 'length'; left: number } | { readonly reading: 'chunks'; left: number };

/**
 * Reads HTTP/1.1 answers off a connection that has one request in flight at a time (RFC 9112, sections 4, 6 and 7), and counts their bodies' bytes without keeping them:
 * an ordinary client costs more per answer than the fastest server here.
 */
export class ResponseReader {
  private phase: Phase = { reading: 'head' };
  private rest: Buffer = NOTHING;
  private status = 0;
  private bytes = 0;

  /** The answer, if this chunk completes it. @throws {Error} for what is no HTTP/1.1 answer, or one without a length. */
  push(chunk: Buffer): ReadResponse | undefined {
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = NOTHING;
    if (this.phase.reading === 'head') {
      const end = data.indexOf(HEAD_END);
      if (end < 0) return this.keep(data);
      this.readHead(data.toString('latin1', 0, end + 2));
      data = data.subarray(end + 4);
    }
    if (this.phase.reading === 'length') {
      this.phase.left -= data.length;
      return this.phase.left > 0 ? undefined : this.complete();
    }
    return this.readChunks(data);
  }

  private readHead(head: string): void {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
    if (!status) throw new Error(`This is no HTTP/1.1 answer: ${head.slice(0, 100)}`);
    this.status = Number(status);
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
    if (length !== undefined) {
      this.bytes = Number(length);
      this.phase = { reading: 'length', left: this.bytes };
    } else if (/\r\ntransfer-encoding: *chunked\r\n/i.test(head)) {
      this.bytes = 0;
      this.phase = { reading: 'chunks', left: 0 };
    } else {
      throw new Error(`This answer has no length: ${head}`);
    }
  }

  /** `left` is what is still to come of the chunk that is being read, with the line end behind it. */
  private readChunks(data: Buffer): ReadResponse | undefined {
    const phase = this.phase as { left: number };
    let at = 0;
    for (;;) {
      const taken = Math.min(phase.left, data.length - at);
      phase.left -= taken;
      at += taken;
      if (phase.left > 0) return undefined;
      const end = data.indexOf(LINE_END, at);
      if (end < 0) return this.keep(data.subarray(at));
      const size = Number.parseInt(data.toString('latin1', at, end), 16);
      if (Number.isNaN(size)) throw new Error('A chunk has no size');
      if (size === 0) {
        // No trailers: none of the peers sends any.
        if (data.length < end + 4) return this.keep(data.subarray(at));
        return this.complete();
      }
      this.bytes += size;
      phase.left = size + 2;
      at = end + 2;
    }
  }

  private keep(data: Buffer): undefined {
    this.rest = data;
  }

  private complete(): ReadResponse {
    this.phase = { reading: 'head' };
    return { status: this.status, bytes: this.bytes };
  }
}
