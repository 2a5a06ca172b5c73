import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent, RetryOptions } from 'kafkajs';
import type { BackOff } from '../messaging/back-off';
import type { FailingPartition } from '../messaging/failing-partition';
import type { HandleBatch, SubscribeOptions } from '../messaging/log';
import type { PartitionPlace } from '../messaging/partition-reader';
import type { Logger } from '../telemetry/logger';
import { Assignment } from './assignment';
import { createClient, type Client, type ClientOptions } from './client';
import { OffsetCommitter } from './offset-committer';
import type { Tuning } from './options';

const DEFAULT_MAX_BATCH = 512;
const MOST_BYTES_OF_PARTITION = 512 * 1024;
const LEAVE_TIMEOUT_MS = 2000;

export interface SessionOptions {
  client: ClientOptions;
  subscribe: SubscribeOptions;
  handle: HandleBatch;
  /** As Kafka calls it. */
  group: string;
  /** As Kafka calls them. */
  topics: readonly string[];
  topicName: (kafkaName: string) => string;
  begins: (places: readonly PartitionPlace[]) => Promise<readonly bigint[]>;
  sessionTimeoutMs: number;
  backOff: BackOff;
  tuning: Tuning;
  logger: Logger;
  /** Kafka has heard of this member, and it of Kafka. */
  onAlive: () => void;
}

const COMMIT_FAILURES_TO_TELL = 3;

/** For about ten minutes: a member that comes back under its own id goes on at once, while the group waits for one that doesn't until its session times out. */
const RETRY: RetryOptions = { initialRetryTime: 100, maxRetryTime: 500, retries: 1_200 };

/** One life of a consumer: from joining its group to leaving it, or to when kafkajs gives up. */
export class ConsumerSession {
  readonly #options: SessionOptions;
  readonly #client: Client;
  readonly #consumer: Consumer;
  readonly #crashed = Promise.withResolvers<never>();
  /** Assignments that were taken away, with batches still in hand. */
  readonly #left = new Set<Promise<void>>();
  #assignment: { current: Assignment; committer: OffsetCommitter; places: readonly PartitionPlace[] } | undefined;
  #begun: Promise<void> | undefined;
  #isStopping = false;

  constructor(options: SessionOptions) {
    const { client, group, sessionTimeoutMs, tuning, onAlive } = options;
    this.#options = options;
    this.#client = createClient(client, sessionTimeoutMs);
    this.#consumer = this.#client.kafka.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: tuning.heartbeatMs,
      maxWaitTimeInMs: tuning.fetchWaitMs,
      maxBytesPerPartition: MOST_BYTES_OF_PARTITION,
      allowAutoTopicCreation: false,
      // It is begun anew by whoever runs this, whatever it failed for.
      retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
    const { GROUP_JOIN, REBALANCING, HEARTBEAT, CRASH } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, (event) => {
      onAlive();
      this.#assign(event);
    });
    this.#consumer.on(HEARTBEAT, onAlive);
    this.#consumer.on(REBALANCING, () => {
      this.#unassign();
    });
    this.#consumer.on(CRASH, ({ payload }: ConsumerCrashEvent) => {
      this.#crashed.reject(payload.error);
    });
    this.#crashed.promise.catch(() => undefined);
  }

  /** Resolves never; rejects when kafkajs has given up. */
  async run(): Promise<never> {
    this.#begun = this.#begin();
    await Promise.race([this.#begun, this.#crashed.promise]);
    return this.#crashed.promise;
  }

  failing(): readonly FailingPartition[] {
    return this.#assignment?.current.failing() ?? [];
  }

  /** Takes nothing more, waits for the batches in hand, commits, and leaves the group. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const assignment = this.#assignment;
    if (assignment) this.#pause(assignment.places);
    await assignment?.current.stop();
    await Promise.all(this.#left);
    await assignment?.committer.flush();
    await this.#leave();
  }

  async #begin(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
    if (this.#isStopping) return;
    await this.#consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async (payload) => this.#assignment?.current.receive(payload) });
  }

  /** Ends it at once. Batches in hand may go on; {@link settled} says when they have ended. */
  abandon(): void {
    this.#unassign();
    this.#client.sever('The consumer was given up');
  }

  /** Resolves when the batches in hand of partitions that were taken away are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#left);
  }

  #assign({ payload: { memberAssignment } }: ConsumerGroupJoinEvent): void {
    this.#unassign();
    const places = Object.entries(memberAssignment).flatMap(([topic, partitions]) => partitions.map((partition): PartitionPlace => ({ topic, partition })));
    if (this.#isStopping) {
      this.#pause(places);
      return;
    }
    const { subscribe, handle, topicName, begins, backOff, tuning, logger } = this.#options;
    const { group, maxBatch = DEFAULT_MAX_BATCH, batchesInHand = 1 } = subscribe;
    logger.info({ group, partitions: places.length }, 'Joined the consumer group');
    this.#resumeAll();
    let failures = 0;
    const committer = new OffsetCommitter({
      commit: (offsets) => this.#consumer.commitOffsets(offsets),
      everyMs: tuning.commitEveryMs,
      onFailure: (error) => {
        failures += 1;
        // Each is tried again, and at a rebalance one fails as a matter of course; but a group that can never commit looks healthy otherwise.
        logger[failures === COMMIT_FAILURES_TO_TELL ? 'warn' : 'debug']({ err: error, group, failures }, 'What was acknowledged could not be committed yet');
      },
    });
    const current = new Assignment({
      group, places, topicName, begins, committer, handle, maxBatch, batchesInHand, backOff, logger,
      limit: { records: tuning.bufferRecords, bytes: tuning.bufferBytes / Math.max(1, places.length) },
      consumer: {
        pause: (place) => {
          this.#pause([place]);
        },
        resume: ({ topic, partition }) => {
          this.#consumer.resume([{ topic, partitions: [partition] }]);
        },
        seek: ({ topic, partition }, offset) => {
          this.#consumer.seek({ topic, partition, offset: String(offset) });
        },
      },
    });
    this.#assignment = { current, committer, places };
  }

  /** Others may have the partitions from now on: what is in hand goes on, and its acknowledgements count no more. */
  #unassign(): void {
    if (!this.#assignment) return;
    const { current, committer } = this.#assignment;
    this.#assignment = undefined;
    // On its way before kafkajs joins again; when it comes too late, Kafka refuses it, and the records come again.
    const committed = committer.flush();
    committer.end();
    const left = Promise.all([current.stop(), committed]).then(() => {
      this.#left.delete(left);
    });
    this.#left.add(left);
  }

  #pause(places: readonly PartitionPlace[]): void {
    this.#consumer.pause(places.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
  }

  #resumeAll(): void {
    this.#consumer.resume(this.#consumer.paused());
  }

  /** Leaves the group, so that others take over at once; a broker that doesn't answer finds out by itself. */
  async #leave(): Promise<void> {
    const timer = setTimeout(() => {
      this.#client.sever('Leaving took too long');
    }, LEAVE_TIMEOUT_MS);
    try {
      // kafkajs doesn't leave a group that it is just joining: its place there would be kept until the session times out.
      await Promise.race([this.#begun, this.#crashed.promise]);
      await this.#consumer.disconnect();
    } catch (error) {
      this.#options.logger.debug({ err: error, group: this.#options.subscribe.group }, 'The consumer group could not be left');
    }
    clearTimeout(timer);
    this.#client.sever('The consumer has stopped');
  }
}
