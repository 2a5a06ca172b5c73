import { randomUUID } from 'node:crypto';
import type { Log, LogRecord } from '../messaging/log';
import { eventually } from '../testing/eventually';

/** All that a topic holds by now, in the order of each key, for tests. */
export const readTopic = async (log: Log, topic: string): Promise<LogRecord[]> => {
  const seen: LogRecord[] = [];
  const group = `reader-${randomUUID()}`;
  const subscription = await log.subscribe({ group, topics: [topic] }, async (batch) => {
    seen.push(...batch.records);
    const last = batch.records.at(-1);
    if (last) await batch.acknowledge(last);
  });
  await eventually(async () => {
    expect((await log.lag(group)).reduce((sum, { lag }) => sum + lag, 0)).toBe(0);
  });
  await subscription.stop();
  return seen;
};
