import { newId, type NewLogRecord } from '@test-planning/kernel/messaging';
import { line } from '../line';
import { measureCeiling, readBack, type ViewWriting } from './ceiling';
import { creates, updates } from './commands';
import { releaseServers, startServers } from '../../distributed/runner/servers';
import type { Addresses } from './addresses';
import { openStage, type Stage } from './servers';
import { benchSystemLatency } from './system-latency';
import { measureProcesses } from './worker-processes';
import { measureWorker, type WorkerThroughput } from './worker-throughput';

const AGGREGATES = 10_000;
const COMMANDS = 30_000;
const BATCH = 1_000;
const AT_ONCE = 4;
const LINES = 4;

const newIds = (count: number): string[] => Array.from({ length: count }, () => newId());

/** One worker, then the same bytes by the bare drivers. */
const beside = async (what: string, at: Addresses, stage: Stage, commands: readonly NewLogRecord[], writing: ViewWriting): Promise<void> => {
  const { perSecond, batch, cpu }: WorkerThroughput = await measureWorker(stage, commands);
  const written = await readBack(at, stage.prefix, commands.length);
  const ceiling = (atOnce: number, lines: number): Promise<number> => measureCeiling(at, written, { writing, batchSize: BATCH, atOnce, lines });
  const [apart, inOneLine, inLines] = [await ceiling(1, 1), await ceiling(AT_ONCE, 1), await ceiling(AT_ONCE, LINES)];
  const highest = Math.max(inOneLine, inLines);
  line(`One worker, ${what}`, `${perSecond.toFixed(0)}/s (batches of ${batch.toFixed(0)}, ${cpu.toFixed(0)} us of CPU each): ${((100 * perSecond) / highest).toFixed(0)} % of the ceiling`);
  line('  ceiling: the bare drivers, the steps of batches overlapped', `${highest.toFixed(0)}/s (one line ${inOneLine.toFixed(0)}/s, ${LINES} lines ${inLines.toFixed(0)}/s)`);
  line('  the bare drivers, one step after the other', `${apart.toFixed(0)}/s`);
};

const benchWorker = async (at: Addresses): Promise<void> => {
  const stage = await openStage(at);
  try {
    const ids = newIds(COMMANDS);
    await measureWorker(stage, creates(newIds(AGGREGATES)));
    await beside('creates', at, stage, creates(ids), 'insert');
    await beside(`updates of ${AGGREGATES} experiments`, at, stage, updates(ids.slice(-AGGREGATES), COMMANDS), 'replace');
    await beside('updates of one experiment', at, stage, updates(ids.slice(-1), COMMANDS), 'replace');
  } finally {
    await stage.close();
  }
};

/** The distributed edition, on servers that are found or brought up for it. */
export const benchDistributed = async (): Promise<void> => {
  const { KAFKA_BROKERS, MONGODB_URL } = await startServers();
  Object.assign(process.env, { KAFKA_BROKERS, MONGODB_URL });
  try {
    await benchOn({ brokers: KAFKA_BROKERS.split(','), mongodb: MONGODB_URL });
  } finally {
    await releaseServers();
  }
};

const benchOn = async (at: Addresses): Promise<void> => {
  await benchWorker(at);
  for (const workers of [1, 2]) {
    const perSecond = await measureProcesses(at, workers);
    line(`Creates by ${workers} worker process${workers === 1 ? '' : 'es'}`, `${perSecond.toFixed(0)}/s`);
  }
  await benchSystemLatency(at, 'one worker of each kind', []);
  await benchSystemLatency(at, 'two experiments-workers', ['--scale', 'experiments-worker=2']);
};
