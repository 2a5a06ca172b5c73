import { DEFAULT_BACK_OFF, type BackOff } from '../messaging/back-off';
import { ConsumerGroups } from '../messaging/consumer-groups';
import type { FailingPartition } from '../messaging/failing-partition';
import type { GroupLag, HandleBatch, Log, LogRecord, LogSubscription, NewLogRecord, SubscribeOptions } from '../messaging/log';
import type { PartitionPlace, PartitionStorage } from '../messaging/partition-reader';
import { DEFAULT_PARTITIONS, partitionOf } from '../messaging/partitions';
import { checkSizes } from '../messaging/record-too-large-error';
import { silentLogger, type Logger } from '../telemetry/logger';

export interface MemoryLogOptions {
  partitions?: number;
  backOff?: BackOff;
  logger?: Logger;
}

/** A log in memory, with partitions, groups and redelivery; it lasts as long as its process. */
export class MemoryLog implements Log {
  readonly #partitions: number;
  readonly #records = new Map<string, LogRecord[][]>();
  readonly #acknowledged = new Map<string, bigint>();
  readonly #groupTopics = new Map<string, Set<string>>();
  readonly #groups: ConsumerGroups;

  constructor({ partitions = DEFAULT_PARTITIONS, backOff = DEFAULT_BACK_OFF, logger = silentLogger }: MemoryLogOptions = {}) {
    this.#partitions = partitions;
    const storage: PartitionStorage = {
      fetch: ({ topic, partition }, after, limit) => this.#partition(topic, partition).slice(Number(after), Number(after) + limit),
      acknowledged: (group, place) => this.#acknowledged.get(placeKey(group, place)) ?? 0n,
      acknowledge: (group, record) => {
        const key = placeKey(group, record);
        if (record.offset > (this.#acknowledged.get(key) ?? 0n)) this.#acknowledged.set(key, record.offset);
        return Promise.resolve();
      },
    };
    this.#groups = new ConsumerGroups({ partitions, storage, mostBatchesInHand: Infinity, backOff, logger });
  }

  async append(records: readonly NewLogRecord[]): Promise<void> {
    checkSizes(records);
    for (const record of records) {
      const partition = partitionOf(record.key, this.#partitions);
      const into = this.#partition(record.topic, partition);
      // Offsets begin at 1, so that 0 is before every record.
      into.push({ ...record, headers: { ...record.headers }, partition, offset: BigInt(into.length + 1) });
      this.#groups.wake({ topic: record.topic, partition });
    }
  }

  subscribe(options: SubscribeOptions, handle: HandleBatch): Promise<LogSubscription> {
    const topics = this.#groupTopics.get(options.group) ?? new Set();
    for (const topic of options.topics) topics.add(topic);
    this.#groupTopics.set(options.group, topics);
    return Promise.resolve(this.#groups.join(options, handle));
  }

  lag(group: string): Promise<GroupLag[]> {
    const topics = [...(this.#groupTopics.get(group) ?? [])];
    return Promise.resolve(topics.flatMap((topic) => Array.from({ length: this.#partitions }, (_, partition) => {
      const done = this.#acknowledged.get(placeKey(group, { topic, partition })) ?? 0n;
      return { topic, partition, lag: this.#partition(topic, partition).length - Number(done) };
    })));
  }

  failing(): readonly FailingPartition[] {
    return this.#groups.failing();
  }

  /** Ends every subscription; resolves when the batches in hand are done. */
  stop(): Promise<void> {
    return this.#groups.stop();
  }

  /** Every record of a topic, partition by partition. */
  recordsOf(topic: string): readonly LogRecord[] {
    return (this.#records.get(topic) ?? []).flat();
  }

  #partition(topic: string, partition: number): LogRecord[] {
    const known = this.#records.get(topic) ?? Array.from({ length: this.#partitions }, () => []);
    this.#records.set(topic, known);
    const records = known[partition];
    if (!records) throw new RangeError(`${topic} has no partition ${partition}`);
    return records;
  }
}

const placeKey = (group: string, { topic, partition }: PartitionPlace): string => `${group}/${topic}/${partition}`;
