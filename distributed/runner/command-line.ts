import { parseArgs } from 'node:util';
import { ConfigError } from '@test-planning/kernel/configuration';
import { processes, type ProcessName } from '../topology';

export const usage = `Runs the distributed edition on this machine.

  npm run distributed [-- --scale experiments-worker=3] [--port 4000] [--prefix NAME [--discard]] [--json]

--scale PROCESS=N  so many of this process; can be given for several
--port N           the gateway's port (PORT, 4000); 0: it and everybody else take free ones
--prefix NAME      what stands before the names of topics, groups and databases, so that systems can share servers
--discard          at the end, delete what was stored under the prefix
--json             print what happens as JSON, a line each: first the processes, when all are ready

Kafka and MongoDB are those that KAFKA_BROKERS and MONGODB_URL name, or are brought up. Keys and logs lie in DATA_DIR (./data).
`;

export interface RunnerCommandLine {
  /** 1 for those that aren't named. */
  scale: ReadonlyMap<ProcessName, number>;
  port: string | undefined;
  prefix: string | undefined;
  /** The prefix under which everything that was stored is deleted at the end. */
  discard: string | undefined;
  json: boolean;
}

const MOST = 20;

/**
 * Undefined if help was asked for.
 * @throws {ConfigError} saying what is wrong with the arguments.
 */
export const readRunnerCommandLine = (args: readonly string[]): RunnerCommandLine | undefined => {
  const { scale = [], port, prefix, discard, json, help } = parse(args);
  if (discard && !prefix) throw new ConfigError('--discard needs --prefix: without one, everything that was ever stored would be deleted.');
  return help ? undefined : { scale: new Map(scale.map(scaleOf)), port, prefix, discard: discard ? prefix : undefined, json };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scale: { type: 'string', multiple: true }, port: { type: 'string' }, prefix: { type: 'string' },
        discard: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new ConfigError((error as Error).message.split('. ')[0] ?? '', { cause: error });
  }
};

const scaleOf = (text: string): [ProcessName, number] => {
  const [, name, number] = /^([a-z-]+)=(\d+)$/.exec(text) ?? [];
  const process = processes.find((candidate) => candidate.name === name);
  const count = Number(number);
  if (!process) throw new ConfigError(`--scale has to be as experiments-worker=3, for one of ${processes.map((each) => each.name).join(', ')}, not "${text}".`);
  if (process.kind === 'gateway' && count !== 1) throw new ConfigError('--scale has no use for the gateway here: clients know one address.');
  if (count < 1 || count > MOST) throw new ConfigError(`--scale ${process.name} has to be 1 to ${MOST}, not ${count}.`);
  return [process.name, count];
};
