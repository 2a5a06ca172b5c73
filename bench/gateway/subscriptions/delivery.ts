import { cpuSeconds } from '../process-figures';
import type { Spawned } from '../spawned';
import type { Crowd } from './crowd';
import type { Publisher } from './publisher';

/** Events of each group on their way: enough to keep the server busy, too few for anyone to be behind. */
const WINDOW = 4;
const DRAINED_WITHIN_MS = 120_000;

export interface Delivery {
  /** Events that came to a subscriber, of all subscribers. */
  readonly perSecond: number;
  /** Microseconds of the server's CPU time for each of them. */
  readonly cpuMicroseconds: number;
  readonly busy: number;
}

/** Publishes as fast as all subscribers take it, for at least so long and one event. */
export const deliver = async (publisher: Publisher, server: Spawned, crowd: Crowd, subscribers: number, seconds: number): Promise<Delivery> => {
  await crowd.reach(publisher.head, DRAINED_WITHIN_MS);
  let [begun, cpu, first] = [Number.NaN, 0, 0];
  let leave: (() => void) | undefined;
  const delivery = new Promise<Delivery>((done) => {
    leave = crowd.onCompleted(() => {
      const now = performance.now();
      // The first event fills the way; what is measured begins when it has come to all.
      if (Number.isNaN(begun)) [begun, cpu, first] = [now, cpuSeconds(server.pid), crowd.completed];
      const elapsed = (now - begun) / 1_000;
      if (elapsed < seconds || crowd.completed === first) {
        while (publisher.head - crowd.completed < WINDOW) publisher.publish();
        return;
      }
      leave?.();
      const events = (crowd.completed - first) * subscribers;
      const used = cpuSeconds(server.pid) - cpu;
      done({ perSecond: events / elapsed, cpuMicroseconds: (used * 1e6) / events, busy: used / elapsed });
    });
  });
  for (let ahead = 0; ahead < WINDOW; ahead += 1) publisher.publish();
  const result = await crowd.waitFor(seconds * 1_000 + DRAINED_WITHIN_MS, 'events to be delivered', delivery).finally(() => leave?.());
  await crowd.reach(publisher.head, DRAINED_WITHIN_MS);
  return result;
};
