import { parseArgs } from 'node:util';
import { ServersError } from './servers-error';

type CommandLine =
  | { command: 'start' | 'stop'; user?: number; purge: boolean }
  | { command: 'status' | 'help' };

export const usage = `npm run servers -- start | stop | status

start    finds Kafka and MongoDB, or brings them up: those that KAFKA_BROKERS and MONGODB_URL name; Docker's, if
         there is an engine; else processes of this machine, downloaded at the first time. Prints their addresses
         as lines that a shell can read: KAFKA_BROKERS=... and MONGODB_URL=...
stop     ends what start started; the data stay. With --purge they are deleted.
status   what runs, where, since when, and where its logs and data lie.

--for PID   start: keep them as long as this process needs them, not until somebody stops them;
            stop: this process needs them no more, so end them if nobody else does.

Everything lies in TEST_PLANNING_CACHE, or in ~/.cache/test-planning.
`;

/** @throws {ServersError} */
export const readCommandLine = (args: readonly string[]): CommandLine => {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: { for: { type: 'string' }, purge: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } } });
  } catch (error) {
    throw new ServersError(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
  const { values, positionals: [command = 'help', ...rest] } = parsed;
  if (values.help || command === 'help') return { command: 'help' };
  if (rest.length > 0) throw new ServersError(`One command at a time, not "${positionalsOf(command, rest)}".\n\n${usage}`);
  switch (command) {
    case 'start':
    case 'stop': {
      if (values.purge && (command === 'start' || values.for !== undefined)) throw new ServersError('--purge goes with stop alone.');
      return { command, purge: values.purge, ...(values.for !== undefined && { user: pidOf(values.for) }) };
    }
    case 'status':
      return { command };
    default:
      throw new ServersError(`There is no command "${command}".\n\n${usage}`);
  }
};

const positionalsOf = (command: string, rest: readonly string[]): string => [command, ...rest].join(' ');

const pidOf = (text: string): number => {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new ServersError(`--for has to be the id of a process, not "${text}".`);
  return Number(text);
};
