import { parseArgs } from 'node:util';
import { ConfigError } from '@test-planning/kernel/configuration';
import { processes, servings, type ProcessDefinition } from './topology';

export const usage = `Runs one process of the distributed edition.

  node dist/distributed/main.js PROCESS [--serve ${servings.join('|')}]

PROCESS  ${processes.map(({ name }) => name).join(', ')}
--serve  which part of its subgraph an API serves: mutations, everything else, or all of it (SERVE)

Everything else comes from the environment: docs/distributed.md has the table. npm run distributed runs all of them.
`;

interface CommandLine {
  process: ProcessDefinition;
  /** What flags say instead of the environment. */
  environment: { SERVE?: string };
}

/**
 * Undefined if help was asked for.
 * @throws {ConfigError} saying what is wrong with the arguments.
 */
export const readCommandLine = (args: readonly string[]): CommandLine | undefined => {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [name, ...rest] = positionals;
  if (name === undefined) throw new ConfigError(`Which process is to run? ${names}`);
  const process = processes.find((candidate) => candidate.name === name);
  if (!process) throw new ConfigError(`There is no process "${name}". ${names}`);
  if (rest.length > 0) throw new ConfigError(`One process at a time, not "${positionals.join(' ')}".`);
  if (values.serve !== undefined && process.kind !== 'api') throw new ConfigError(`--serve is for APIs, and ${name} is none.`);
  return { process, environment: values.serve === undefined ? {} : { SERVE: values.serve } };
};

const names = `It is one of ${processes.map(({ name }) => name).join(', ')}.`;

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { serve: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } } });
  } catch (error) {
    throw new ConfigError((error as Error).message.split('. ')[0] ?? '', { cause: error });
  }
};
