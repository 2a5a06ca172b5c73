import { join } from 'node:path';
import { cacheDirectory } from './cache-directory';
import { readCommandLine, usage } from './command-line';
import { definitions } from './definitions';
import { Containers } from './docker/containers';
import { findEngine } from './docker/engine';
import type { Harness } from './harness';
import { startLocalKafka } from './kafka/local-kafka';
import { startLocalMongodb } from './mongodb/local-mongodb';
import { ServersError } from './servers-error';
import { start } from './start';
import { status } from './status';
import { release, stop } from './stop';

const harness: Harness = {
  environment: process.env,
  cache: cacheDirectory(process.env),
  // This file is built into dist/servers/.
  containers: new Containers(join(__dirname, '..', '..')),
  findEngine,
  startLocally: { kafka: startLocalKafka, mongodb: startLocalMongodb },
  say: (sentence) => process.stderr.write(`${sentence}\n`),
};

/** Quoted, so that `eval` and `source` take it as it is. */
const assignment = (variable: string, value: string): string => `${variable}='${value.replaceAll("'", `'\\''`)}'\n`;

const startAndTell = async (user: number | undefined): Promise<void> => {
  const { found, missing } = await start(harness, user);
  for (const { name, address } of found) process.stdout.write(assignment(definitions[name].variable, address));
  for (const { name, reason } of missing) harness.say(`${definitions[name].title} can't be had: ${reason}`);
  if (missing.length > 0) process.exitCode = 1;
};

const main = async (): Promise<void> => {
  const line = readCommandLine(process.argv.slice(2));
  switch (line.command) {
    case 'start':
      await startAndTell(line.user);
      return;
    case 'stop':
      if (line.user === undefined) await stop(harness, line);
      else await release(harness, line.user);
      return;
    case 'status':
      process.stdout.write(await status(harness));
      return;
    case 'help':
      process.stdout.write(usage);
  }
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ServersError ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
});
