import type { SnapshotPart } from '@test-planning/kernel/mongodb';
import type { RecordedOffsets } from '@test-planning/kernel/kafka';

/** A backup can not be made or restored, for a reason that the operator can remove. */
export class BackupError extends Error {
  override name = 'BackupError';
}

/** In a backup: where the groups were, then the parts of the snapshot, then the end with the number of documents. */
export type Frame = { format: 'test-planning distributed 1'; groups: RecordedOffsets } | SnapshotPart | { documents: number };

const JSON_FRAME = 0;
const DOCUMENT_FRAME = 1;
/** The kind, then the length of what follows. */
const HEAD_BYTES = 5;

export const encodeFrame = (frame: Frame): Buffer => {
  const isDocument = frame instanceof Uint8Array;
  const body = isDocument ? frame : Buffer.from(JSON.stringify(frame));
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(isDocument ? DOCUMENT_FRAME : JSON_FRAME);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
};

/** @throws {BackupError} when the bytes end within a frame, or before the last one. */
export async function* decodeFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest = Buffer.alloc(0);
  let documents = 0;
  let isComplete = false;
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= HEAD_BYTES && rest.length - at >= HEAD_BYTES + rest.readUInt32BE(at + 1)) {
      const end = at + HEAD_BYTES + rest.readUInt32BE(at + 1);
      const body = rest.subarray(at + HEAD_BYTES, end);
      const frame = rest.readUInt8(at) === DOCUMENT_FRAME ? body : JSON.parse(body.toString('utf8')) as Exclude<Frame, Uint8Array>;
      at = end;
      if (frame instanceof Uint8Array) documents += 1;
      else if ('documents' in frame) isComplete = frame.documents === documents;
      yield frame;
    }
    rest = rest.subarray(at);
  }
  if (!isComplete || rest.length > 0) throw new BackupError('The backup is not complete');
}
