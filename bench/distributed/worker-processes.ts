import { newId } from '@test-planning/kernel/messaging';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../tests/system/eventually';
import { startProcess } from '../../tests/system/one-process';
import type { Addresses } from './addresses';
import { creates } from './commands';
import { dropAll, openLog, PARTITIONS } from './servers';

const COMMANDS = 40_000;
const LOOK_EVERY_MS = 25;

/** How many commands so many workers handle per second, each a process of its own, when there are enough of them. */
export const measureProcesses = async (at: Addresses, workers: number): Promise<number> => {
  const prefix = `bench-${newId().slice(-8)}`;
  const environment = {
    KAFKA_BROKERS: at.brokers.join(','), MONGODB_URL: at.mongodb, KAFKA_PREFIX: `${prefix}.`, MONGODB_DATABASE_PREFIX: prefix, KAFKA_PARTITIONS: String(PARTITIONS), LOG_LEVEL: 'error',
  };
  const running = await Promise.all(Array.from({ length: workers }, () => startProcess(['experiments-worker'], environment)));
  const kafka = await openLog(at.brokers, prefix, PARTITIONS);
  try {
    for (const { ready } of running) await eventually(ready, ({ status }) => expectStatus(status), 60_000);
    const left = async (): Promise<number> => (await kafka.log.lag('experiments-worker')).reduce((sum, { lag }) => sum + lag, 0);
    const commands = creates(Array.from({ length: COMMANDS }, () => newId()));
    // Few, so that every worker has begun.
    await kafka.log.append(commands.slice(0, 2_000));
    await eventually(left, (behind) => expectNone(behind), 60_000);
    for (let from = 2_000; from < COMMANDS; from += 2_000) await kafka.log.append(commands.slice(from, from + 2_000));
    const looks: { left: number; at: number }[] = [];
    do {
      looks.push({ left: await left(), at: performance.now() });
      await pause(LOOK_EVERY_MS);
    } while (looks.at(-1)?.left !== 0);
    const [first, last] = [looks[0], looks.findLast((look) => look.left > COMMANDS / 20)];
    if (!first || !last || first.left <= last.left) throw new Error('They were faster than could be looked at');
    return ((first.left - last.left) * 1000) / (last.at - first.at);
  } finally {
    await kafka.close();
    await Promise.all(running.map((worker) => worker.terminate()));
    await dropAll(at, prefix);
  }
};

const expectStatus = (status: number): void => {
  if (status !== 200) throw new Error(`A worker is not ready: ${status}`);
};

const expectNone = (behind: number): void => {
  if (behind > 0) throw new Error(`${behind} commands are not handled`);
};
