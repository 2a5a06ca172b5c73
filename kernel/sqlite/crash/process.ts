import { counterCommand } from '../../testing/counter';
import { startCountingSystem } from './counting-system';

/**
 * A process that is meant to be killed: sends commands as fast as they are accepted, to a few counters, and writes the number of each one that
 * was accepted. Some are sent twice. Arguments: the data directory and the first number.
 */
const run = async (dataDir: string, first: number): Promise<void> => {
  const { database } = await startCountingSystem(dataDir);
  let next = first;
  const send = async (): Promise<never> => {
    for (;;) {
      const number = next;
      next += 1;
      const command = counterCommand(`c${number % 7}`, `m${number}`, { type: 'Add', data: { amount: number % 3 } });
      await database.log.append(number % 5 === 0 ? [command, command] : [command]);
      process.stdout.write(`${number}\n`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, send));
};

const [, , dataDir = '', first = '0'] = process.argv;
run(dataDir, Number(first)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
