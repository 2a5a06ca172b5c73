const NOTHING = Buffer.alloc(0);

export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/**
 * Takes a server's WebSocket frames (RFC 6455, section 5.2) out of what comes off a socket, without a copy unless one is cut in two: ten thousand ordinary clients in one process would be slower than
 * the server that is measured. Continued messages are not known: nothing that is measured here sends any.
 */
export class FrameReader {
  private rest: Buffer = NOTHING;

  /** Calls back for each whole frame with where its payload stands in `data`; valid until it returns. */
  push(chunk: Buffer, frame: (opcode: number, data: Buffer, start: number, end: number) => void): void {
    const data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = NOTHING;
    let at = 0;
    while (data.length - at >= 2) {
      const short = (data[at + 1] ?? 0) & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (data.length - at < head) break;
      const length = short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
      const end = at + head + length;
      if (data.length < end) break;
      frame((data[at] ?? 0) & 0x0f, data, at + head, end);
      at = end;
    }
    // A copy: the chunk's memory is used again for the next one.
    if (at < data.length) this.rest = Buffer.from(data.subarray(at));
  }
}

/** A client's frame; masked, as it has to be, with zeros, which change nothing. At most 65,535 bytes. */
export const clientFrame = (opcode: number, payload: Buffer): Buffer => {
  const long = payload.length > 125;
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
};
