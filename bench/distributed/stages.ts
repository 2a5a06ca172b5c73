import type { Log, LogSubscription } from '@test-planning/kernel/messaging';
import { topics } from '@test-planning/schema/messages';

/** When each command could be read on the log, and when what became of it could; by its id. */
export interface Seen {
  commands: ReadonlyMap<string, number>;
  events: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** Looks over the shoulders of a system: reads commands and events as they come, and stores nothing. */
export const watchLog = async (log: Log): Promise<Seen> => {
  const watch = async (group: string, topic: string, header: string): Promise<{ seen: Map<string, number>; subscription: LogSubscription }> => {
    const seen = new Map<string, number>();
    const subscription = await log.subscribe({ group, topics: [topic] }, async (batch) => {
      const now = performance.now();
      for (const { headers } of batch.records) seen.set(headers[header] ?? '', now);
      const last = batch.records.at(-1);
      if (last) await batch.acknowledge(last);
    });
    return { seen, subscription };
  };
  const commands = await watch('bench-commands', topics.experimentsCommands, 'ce_id');
  const events = await watch('bench-events', topics.experimentsEvents, 'ce_causationid');
  return {
    commands: commands.seen,
    events: events.seen,
    stop: async () => {
      await Promise.all([commands.subscription.stop(), events.subscription.stop()]);
    },
  };
};
