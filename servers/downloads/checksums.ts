import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ServersError } from '../servers-error';

/** File names with their SHA-256 in hexadecimal. */
type Checksums = Readonly<Record<string, string>>;

const sha256 = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

/** Sees that a folder holds the files that are pinned, those alone, byte for byte. @throws {ServersError} naming every file that differs. */
export const verifyChecksums = async (directory: string, pinned: Checksums): Promise<void> => {
  const present = new Set(await readdir(directory));
  const differences: string[] = [];
  for (const file of present) {
    if (!(file in pinned)) differences.push(`${file} is not among the pinned files`);
  }
  for (const [file, expected] of Object.entries(pinned)) {
    if (!present.has(file)) {
      differences.push(`${file} is missing`);
      continue;
    }
    const actual = await sha256(join(directory, file));
    if (actual !== expected) differences.push(`${file} has SHA-256 ${actual}, not ${expected}`);
  }
  if (differences.length > 0) throw new ServersError(`What was downloaded is not what is pinned, and was thrown away:\n${differences.join('\n')}`);
};
