import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const process = z.object({ pid: z.int().positive(), began: z.string() });
const common = { address: z.string(), since: z.string() };
const server = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('process'), ...common, process, version: z.string(), logs: z.string(), data: z.string() }),
  z.object({ kind: z.literal('container'), ...common }),
]);
const state = z.object({
  servers: z.object({ kafka: server.optional(), mongodb: server.optional() }),
  /** Someone said `start` for no process in particular: only a `stop` of that kind ends them. */
  kept: z.boolean(),
  /** The processes that said `start --for`. */
  users: z.array(process),
});

/** What was started, and for whom. */
export type State = z.infer<typeof state>;

export const nothingStarted: State = { servers: {}, kept: false, users: [] };

export const readState = (file: string): State => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothingStarted;
    throw error;
  }
  return state.parse(JSON.parse(text));
};

/** Written aside and moved into place, so that nobody reads half of it. */
export const writeState = (file: string, value: State): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.draft`, JSON.stringify(value, undefined, 2));
  renameSync(`${file}.draft`, file);
};
