import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { quantiles, type Quantiles } from './quantiles';

const ROUNDS = 300;
const PAGE = 4096;

/** What the disk itself takes to make one page durable, in milliseconds: the floor under every commit. */
export const measureFsync = (directory: string): Quantiles => {
  const path = join(directory, 'fsync.probe');
  const file = openSync(path, 'w');
  const page = Buffer.alloc(PAGE, 1);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    writeSync(file, page, 0, PAGE, round * PAGE);
    const begun = performance.now();
    fdatasyncSync(file);
    times.push(performance.now() - begun);
  }
  closeSync(file);
  rmSync(path);
  return quantiles(times);
};
