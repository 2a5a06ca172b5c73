import { quantiles } from '../../quantiles';
import { medianOf } from '../median';
import { cpuSeconds } from '../process-figures';
import { load, type LoadedRequest } from './load';
import type { RunningPeer } from './peers';

export interface Measured {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of the server's CPU time for each request, all threads; far less noisy than requests per second. */
  readonly cpuMicroseconds: number;
  /** How much of one core the server used, 0 to 1: well below 1, it was not the server that was measured. */
  readonly busy: number;
  readonly errors: number;
}

export const measure = async ({ url, process }: RunningPeer, requests: readonly LoadedRequest[], forSeconds: number): Promise<Measured> => {
  const before = cpuSeconds(process.pid);
  const { latencies, errors, seconds } = await load(url, requests, forSeconds);
  const cpu = cpuSeconds(process.pid) - before;
  if (latencies.length === 0) throw new Error(`None of ${errors} requests was answered rightly`);
  const { p50, p99 } = quantiles(latencies);
  return { perSecond: latencies.length / seconds, p50, p99, cpuMicroseconds: (cpu * 1e6) / latencies.length, busy: cpu / seconds, errors };
};

/** Of each figure for itself, over the rounds; errors are summed. */
export const median = (rounds: readonly Measured[]): Measured => {
  const of = (figure: keyof Measured): number => medianOf(rounds.map((round) => round[figure]));
  return {
    perSecond: of('perSecond'), p50: of('p50'), p99: of('p99'), cpuMicroseconds: of('cpuMicroseconds'), busy: of('busy'),
    errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
  };
};
