import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Samples } from './kinds';

const DIRECTORY = join(__dirname, 'golden');

/** Set by `npm run record-stored`. */
const IS_RECORDING = process.env.RECORD_STORED === '1';

/**
 * The recorded samples of a file. While recording, present samples that have none are added to it; what was recorded once is never replaced, as
 * it is what somebody has stored.
 */
export const goldenSamples = (file: string, present: Samples): Samples => {
  const path = join(DIRECTORY, `${file}.json`);
  const recorded = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Samples) : {};
  const unrecorded = Object.keys(present).filter((name) => !Object.hasOwn(recorded, name));
  if (!IS_RECORDING || unrecorded.length === 0) return recorded;
  const all: Samples = { ...recorded, ...Object.fromEntries(unrecorded.map((name) => [name, present[name]])) };
  const sorted: Samples = Object.fromEntries(Object.keys(all).sort().map((name) => [name, all[name]]));
  writeFileSync(path, `${JSON.stringify(sorted, null, 1)}\n`);
  return sorted;
};
