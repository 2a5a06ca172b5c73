import type { BatchObservation } from '@test-planning/kernel/event-sourcing';
import type { NewLogRecord } from '@test-planning/kernel/messaging';
import { startExperimentsWorker } from '@test-planning/experiments';
import type { Stage } from './servers';

export interface WorkerThroughput {
  perSecond: number;
  /** Commands in a batch, on average. */
  batch: number;
  /** Of this process, in microseconds for each command. */
  cpu: number;
}

const APPENDED_AT_ONCE = 2_000;

/**
 * One worker handles commands that wait on the log. What is counted is from when a sixth of them is done to when five sixths are, so that neither joining the
 * group nor the last, smaller batches count.
 */
export const measureWorker = async (stage: Stage, commands: readonly NewLogRecord[]): Promise<WorkerThroughput> => {
  for (let from = 0; from < commands.length; from += APPENDED_AT_ONCE) await stage.kafka.log.append(commands.slice(from, from + APPENDED_AT_ONCE));
  const done = Promise.withResolvers<undefined>();
  const moments: { handled: number; at: number; cpu: number }[] = [];
  let [handled, batches] = [0, 0];
  const observe = ({ records, parked, conflicts }: BatchObservation): void => {
    if (parked > 0 || conflicts > 0) done.reject(new Error(`${parked} parked, ${conflicts} in conflict: this is no measurement of the plain case`));
    handled += records;
    batches += 1;
    const { user, system } = process.cpuUsage();
    moments.push({ handled, at: performance.now(), cpu: user + system });
    if (handled === commands.length) done.resolve(undefined);
  };
  const worker = await startExperimentsWorker({ cacheSize: 20_000 }, { ...stage.ports, observe });
  await done.promise;
  await worker.stop();
  const first = moments.find((moment) => moment.handled >= commands.length / 6);
  const last = moments.findLast((moment) => moment.handled <= (commands.length * 5) / 6);
  if (!first || !last || last.handled <= first.handled) throw new Error('Too few batches to measure');
  const between = last.handled - first.handled;
  return { perSecond: (between * 1000) / (last.at - first.at), batch: handled / batches, cpu: (last.cpu - first.cpu) / between };
};
