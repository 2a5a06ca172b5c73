import type { Delivery } from './delivery';

const textFrame = 0x81;

/** The start of a WebSocket frame (RFC 6455, section 5.2): one whole text message of `length` bytes, as a server sends it, without a mask. Each byte is a character. */
function startOf(length: number): string {
  if (length < 126) return String.fromCharCode(textFrame, length);
  if (length < 65_536) return String.fromCharCode(textFrame, 126, length >> 8, length & 0xff);
  const start = Buffer.alloc(10);
  start[0] = textFrame;
  start[1] = 127;
  start.writeBigUInt64BE(BigInt(length), 2);
  return start.toString('latin1');
}

/** Above this many bytes a message goes to the socket in parts, rather than being copied for each socket. */
export const copiedBytes = 4_096;

/** One text message whose middle is shared with other messages, as the parts that go over the wire: texts have a character for each byte, as `before` and `after` do. */
export function frame(before: string, shared: Delivery, after: string): readonly (string | Buffer)[] {
  const length = before.length + shared.size + after.length;
  if (length > copiedBytes) return [startOf(length) + before, shared.bytes, after];
  return [startOf(length) + before + shared.utf8 + after];
}
