import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { groupsInUse, recordOffsets, resetOffsets, type OffsetsScope, type RecordedOffsets } from '@test-planning/kernel/kafka';
import { readSnapshot, refill, type SnapshotPart } from '@test-planning/kernel/mongodb';
import type { MongodbSettings } from '../settings/settings';
import { BackupError, decodeFrames, encodeFrame, type Frame } from './frames';

const OWNER_ONLY = 0o600;

export interface Backed {
  mongodb: MongodbSettings;
  groups: OffsetsScope;
}

/**
 * Writes all databases to a file, as they are at one moment, with the places of the groups before that moment; processes may go on. Nobody but the owner may read the file.
 * @throws {BackupError} when the file is there already, or there is no data.
 */
export const backUp = async ({ mongodb, groups }: Backed, file: string): Promise<void> => {
  if (existsSync(file)) throw new BackupError(`${file} is there already: choose another name`);
  const draft = `${file}.${process.pid}.draft`;
  // What is handled between these places and the snapshot is recognised when it is read again.
  const places = await recordOffsets(groups);
  async function* frames(): AsyncGenerator<Buffer> {
    let documents = 0;
    yield encodeFrame({ format: 'test-planning distributed 1', groups: places });
    for await (const part of readSnapshot(mongodb.url, mongodb.databasePrefix)) {
      if (part instanceof Uint8Array) documents += 1;
      yield encodeFrame(part);
    }
    if (documents === 0) throw new BackupError(`There are no databases whose names begin with ${mongodb.databasePrefix}-: MONGODB_DATABASE_PREFIX names them`);
    yield encodeFrame({ documents });
  }
  try {
    await pipeline(Readable.from(frames()), createGzip(), createWriteStream(draft, { flags: 'wx', mode: OWNER_ONLY, flush: true }));
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
};

/**
 * Replaces all databases by what a backup holds, begins new epochs of the feeds, and sets the groups to where they were.
 * @returns a sentence for each partition whose log no longer has what would have to be read again
 * @throws {BackupError} when the file is no backup, or workers run; nothing is changed then.
 */
export const restore = async ({ mongodb, groups }: Backed, file: string): Promise<string[]> => {
  if (!existsSync(file)) throw new BackupError(`There is no file ${file}`);
  const places = await check(file);
  const used = await groupsInUse(groups);
  if (used.length > 0) throw new BackupError(`Processes are running (${used.join(', ')}): stop all of them first`);
  await refill(mongodb.url, mongodb.databasePrefix, partsOf(file));
  return resetOffsets(groups, places);
};

const framesOf = (file: string): AsyncGenerator<Frame> => {
  const source = createReadStream(file);
  const unpacked = createGunzip();
  source.on('error', (error) => unpacked.destroy(error));
  return decodeFrames(source.pipe(unpacked));
};

/** Reads all of the file before anything is replaced. */
const check = async (file: string): Promise<RecordedOffsets> => {
  let places: RecordedOffsets | undefined;
  try {
    for await (const frame of framesOf(file)) {
      if (!(frame instanceof Uint8Array) && 'format' in frame) places = frame.groups;
    }
  } catch (error) {
    throw new BackupError(`${file} can't be read as a backup: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (!places) throw new BackupError(`${file} is no backup of the distributed edition`);
  return places;
};

async function* partsOf(file: string): AsyncGenerator<SnapshotPart> {
  for await (const frame of framesOf(file)) {
    if (frame instanceof Uint8Array || 'database' in frame) yield frame;
  }
}
