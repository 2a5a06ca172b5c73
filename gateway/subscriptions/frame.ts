const textFrame = 0x81;

/** The start of a WebSocket frame (RFC 6455, section 5.2): one whole text message of `length` bytes, as a server sends it, without a mask. */
function startOf(length: number): Buffer {
  if (length < 126) return Buffer.from([textFrame, length]);
  if (length < 65_536) return Buffer.from([textFrame, 126, length >> 8, length & 0xff]);
  const start = Buffer.alloc(10);
  start[0] = textFrame;
  start[1] = 127;
  start.writeBigUInt64BE(BigInt(length), 2);
  return start;
}

/** Above this many bytes a message goes to the socket in parts, rather than being copied for each socket. */
export const copiedBytes = 4_096;

/** One text message whose middle is shared with other messages, as the parts that go over the wire. */
export function frame(before: Buffer, shared: Buffer, after: Buffer): readonly Buffer[] {
  const length = before.length + shared.length + after.length;
  const start = startOf(length);
  if (length > copiedBytes) return [Buffer.concat([start, before]), shared, after];
  const whole = Buffer.allocUnsafe(start.length + length);
  whole.set(start);
  whole.set(before, start.length);
  whole.set(shared, start.length + before.length);
  whole.set(after, start.length + before.length + shared.length);
  return [whole];
}
