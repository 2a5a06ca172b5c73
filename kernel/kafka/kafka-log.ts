import { DEFAULT_BACK_OFF, type BackOff } from '../messaging/back-off';
import type { FailingPartition } from '../messaging/failing-partition';
import type { GroupLag, HandleBatch, Log, LogSubscription, NewLogRecord, SubscribeOptions } from '../messaging/log';
import { checkSizes, RecordTooLargeError } from '../messaging/record-too-large-error';
import type { Logger } from '../telemetry/logger';
import type { AdminClient } from './admin-client';
import type { Appender } from './appender';
import type { ClientOptions } from './client';
import { beginsOf, committedOffsets, lagOf } from './group-offsets';
import type { KafkaHealth } from './health';
import { DEFAULT_SESSION_TIMEOUT_MS, type KafkaOptions, type Tuning } from './options';
import { outgoing } from './records';
import { Subscription } from './subscription';
import type { Topic } from './topics';

/** Bytes of a batch beside its records. */
const BATCH_OVERHEAD = 100;

interface LogParts {
  options: Pick<KafkaOptions, 'prefix' | 'sessionTimeoutMs' | 'backOff'>;
  topics: readonly Topic[];
  client: ClientOptions;
  admin: AdminClient;
  appender: Appender;
  health: KafkaHealth;
  tuning: Tuning;
  logger: Logger;
}

/** The log on Kafka. Names with the prefix are known below here, and those without it above. */
export class KafkaLog implements Log {
  readonly #parts: LogParts;
  readonly #prefix: string;
  readonly #backOff: BackOff;
  readonly #topics: ReadonlyMap<string, Topic>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #subscriptions = new Map<Subscription, SubscribeOptions>();

  constructor(parts: LogParts) {
    this.#parts = parts;
    this.#prefix = parts.options.prefix ?? '';
    this.#backOff = parts.options.backOff ?? DEFAULT_BACK_OFF;
    this.#topics = new Map(parts.topics.map((topic) => [topic.name, topic]));
    this.#names = new Map(parts.topics.map(({ name, kafkaName }) => [kafkaName, name]));
  }

  /** @throws {RecordTooLargeError} for a record that doesn't fit into its topic; then nothing is appended. */
  append(records: readonly NewLogRecord[]): Promise<void> {
    try {
      checkSizes(records);
      return this.#parts.appender.append(records.map((record) => {
        const { kafkaName, partitions, batchBytes } = this.#topic(record.topic);
        const ready = outgoing(record, kafkaName, partitions);
        if (ready.bytes + BATCH_OVERHEAD > batchBytes) throw new RecordTooLargeError(record.topic, ready.bytes, batchBytes);
        return ready;
      }));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** Joins the group in the background, and again whenever it has to. */
  subscribe(subscribe: SubscribeOptions, handle: HandleBatch): Promise<LogSubscription> {
    const { client, admin, health, tuning, logger, options } = this.#parts;
    const group = `${this.#prefix}${subscribe.group}`;
    const topics = subscribe.topics.map((name) => this.#topic(name).kafkaName);
    const subscription = new Subscription({
      client, subscribe, handle, group, topics, tuning, logger,
      topicName: (kafkaName) => this.#names.get(kafkaName) ?? kafkaName,
      begins: (places) => beginsOf(admin, group, places, ({ topic, partition, count }) => {
        logger.error({ group: subscribe.group, topic, partition, records: Number(count) }, 'Records were deleted that this group had not handled');
      }),
      reachableForMs: () => health.reachableForMs(),
      sessionTimeoutMs: options.sessionTimeoutMs ?? DEFAULT_SESSION_TIMEOUT_MS,
      backOff: this.#backOff,
    });
    this.#subscriptions.set(subscription, subscribe);
    health.watch(subscription);
    return Promise.resolve({
      stop: async () => {
        await subscription.stop();
        health.forget(subscription);
      },
    });
  }

  /** Of the topics that the group has a place in, and of those that it is subscribed to by this process. */
  async lag(group: string): Promise<GroupLag[]> {
    const { admin } = this.#parts;
    const kafkaGroup = `${this.#prefix}${group}`;
    const names = new Set([...this.#subscriptions.values()].filter((each) => each.group === group).flatMap(({ topics }) => topics));
    const committed = await committedOffsets(admin, kafkaGroup, [...this.#names.keys()]);
    for (const [kafkaName, offsets] of committed) {
      if (offsets.some((offset) => offset !== undefined)) names.add(this.#names.get(kafkaName) ?? kafkaName);
    }
    return lagOf(admin, kafkaGroup, new Map([...names].map((name) => [name, this.#topic(name).kafkaName])));
  }

  failing(): readonly FailingPartition[] {
    return [...this.#subscriptions.keys()].flatMap((subscription) => subscription.failing());
  }

  /** Ends every subscription; resolves when the batches in hand are done. */
  async stop(): Promise<void> {
    await Promise.all([...this.#subscriptions.keys()].map((subscription) => subscription.stop()));
  }

  #topic(name: string): Topic {
    const topic = this.#topics.get(name);
    if (!topic) throw new TypeError(`${name} is none of the topics that this process was given: ${[...this.#topics.keys()].join(', ')}`);
    return topic;
  }
}
