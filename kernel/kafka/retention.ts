import type { Logger } from '../telemetry/logger';
import type { AdminClient } from './admin-client';
import { committedOffsets } from './group-offsets';
import { reasonOf } from './health';
import { DEFAULT_KEEP_MS, DEFAULT_RETENTION_EVERY_MS, type KafkaRetention, type TopicDefinition } from './options';
import type { Topic } from './topics';

/** @throws {TypeError} when records are to be deleted of what is no topic of commands. */
export const checkRetention = ({ groups }: KafkaRetention, topics: readonly TopicDefinition[]): void => {
  for (const name of Object.keys(groups)) {
    if (topics.find((topic) => topic.name === name)?.kind !== 'commands') throw new TypeError(`${name} is no topic of commands: only of these old records are deleted`);
  }
};

interface RetentionParts {
  retention: KafkaRetention;
  topics: readonly Topic[];
  prefix: string;
  admin: AdminClient;
  clock: () => Date;
  logger: Logger;
}

/**
 * Deletes from each topic what is older than the time to keep, and handled by every group that has to. A group that has never committed in a
 * partition keeps all of it. Any number of processes may do this at a time. Returns how many records went.
 */
const deleteOldRecords = async ({ retention: { groups, keepMs = DEFAULT_KEEP_MS }, topics, prefix, admin, clock }: Omit<RetentionParts, 'logger'>): Promise<number> => {
  let deleted = 0;
  for (const { name, kafkaName } of topics) {
    const readers = groups[name] ?? [];
    if (readers.length === 0) continue;
    const [recent, ends, ...handled] = await Promise.all([
      admin.ask((client) => client.fetchTopicOffsetsByTimestamp(kafkaName, clock().getTime() - keepMs)),
      admin.ask((client) => client.fetchTopicOffsets(kafkaName)),
      ...readers.map((group) => committedOffsets(admin, `${prefix}${group}`, [kafkaName])),
    ]);
    const firsts = new Map(ends.map(({ partition, low }) => [partition, BigInt(low)]));
    const partitions = recent.flatMap(({ partition, offset }) => {
      const first = firsts.get(partition) ?? 0n;
      const before = handled.map((committed) => committed.get(kafkaName)?.[partition] ?? 0n).reduce((least, each) => (each < least ? each : least), BigInt(offset));
      return before > first ? [{ partition, offset: String(before), count: Number(before - first) }] : [];
    });
    if (partitions.length === 0) continue;
    await admin.ask((client) => client.deleteTopicRecords({ topic: kafkaName, partitions: partitions.map(({ partition, offset }) => ({ partition, offset })) }));
    deleted += partitions.reduce((sum, { count }) => sum + count, 0);
  }
  return deleted;
};

/** Deletes old records from time to time. Returns how to end it; what that gives resolves when a deletion in hand is done. */
export const keepRetention = (parts: RetentionParts): (() => Promise<void>) => {
  const { retention, logger } = parts;
  let inHand = Promise.resolve();
  const timer = setInterval(() => {
    inHand = inHand.then(() => deleteOldRecords(parts)).then(
      (deleted) => {
        if (deleted > 0) logger.info({ deleted }, 'Deleted old records of the log');
      },
      (error: unknown) => {
        logger.warn({ reason: reasonOf(error) }, 'Old records of the log could not be deleted');
      },
    );
  }, retention.everyMs ?? DEFAULT_RETENTION_EVERY_MS).unref();
  return () => {
    clearInterval(timer);
    return inHand;
  };
};
