import { readFileSync } from 'node:fs';
import { startStandalone } from '../../tests/system/standalone-process';
import { measureFsync } from '../disk';
import { line } from '../line';
import { inMilliseconds, quantiles } from '../quantiles';
import { measureLatency } from '../system/latency';
import { measureThroughput, type Throughput } from '../system/throughput';

const CONCURRENCY = 64;
const COMMANDS = 20_000;
const LOW_LOAD = 50;
const SECONDS = 10;

const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;

const throughput = ({ perSecond, latency }: Throughput): string => `${perSecond.toFixed(0)}/s (${inMilliseconds(latency)})`;

/** The standalone edition: what one process does on this machine, with the load generator beside it. */
export const benchStandalone = async (): Promise<void> => {
  const begun = performance.now();
  const system = await startStandalone();
  line('From start to ready', `${(performance.now() - begun).toFixed(0)} ms`);
  line('Memory when ready', `${residentMegabytes(system.pid).toFixed(0)} MB`);
  try {
    line("The disk's own fdatasync of one page", inMilliseconds(measureFsync(system.dataDir)));
    const token = await system.token({ user: 'alice', lab: 'bench' });
    const trips = await measureLatency(system.url, token, LOW_LOAD, SECONDS);
    line(`Mutation sent to notification received, ${LOW_LOAD}/s`, inMilliseconds(quantiles(trips.map(({ sent, notified }) => notified - sent))));
    const { creates, updates } = await measureThroughput(system.url, token, CONCURRENCY, COMMANDS);
    line(`Commands to applied, ${CONCURRENCY} at once, creates`, throughput(creates));
    line(`Commands to applied, ${CONCURRENCY} at once, updates`, throughput(updates));
    line(`Memory after ${COMMANDS * 2} commands`, `${residentMegabytes(system.pid).toFixed(0)} MB`);
  } finally {
    await system.stop();
  }
};
