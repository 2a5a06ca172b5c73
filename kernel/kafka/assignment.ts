import type { EachBatchPayload } from 'kafkajs';
import type { BackOff } from '../messaging/back-off';
import { waitBackOff } from '../messaging/back-off';
import type { FailingPartition } from '../messaging/failing-partition';
import type { HandleBatch } from '../messaging/log';
import { PartitionReader, type PartitionPlace } from '../messaging/partition-reader';
import type { Logger } from '../telemetry/logger';
import { reasonOf } from './health';
import type { OffsetCommitter } from './offset-committer';
import { PartitionBuffer } from './partition-buffer';
import { incoming, messageBytes } from './records';

interface AssignmentOptions {
  group: string;
  /** As Kafka calls them. */
  places: readonly PartitionPlace[];
  /** The log's name of a topic. */
  topicName: (kafkaName: string) => string;
  /** Where the group is in each of these places: the offset of the first record that it has not acknowledged. */
  begins: (places: readonly PartitionPlace[]) => Promise<readonly bigint[]>;
  committer: OffsetCommitter;
  consumer: {
    pause(place: PartitionPlace): void;
    resume(place: PartitionPlace): void;
    seek(place: PartitionPlace, offset: bigint): void;
  };
  limit: { records: number; bytes: number };
  handle: HandleBatch;
  maxBatch: number;
  batchesInHand: number;
  backOff: BackOff;
  logger: Logger;
}

interface Part {
  buffer: PartitionBuffer;
  reader: PartitionReader;
}

/** The partitions that one member has between two rebalances: what is fetched goes to their readers, what these acknowledge is committed. */
export class Assignment {
  readonly #options: AssignmentOptions;
  readonly #parts = new Map<string, Part>();
  readonly #ended = new AbortController();
  readonly #ready: Promise<void>;

  constructor(options: AssignmentOptions) {
    this.#options = options;
    this.#ready = this.#begin();
  }

  /** Takes in what was fetched, without waiting for anybody to handle it. */
  async receive({ batch, resolveOffset, isStale }: Pick<EachBatchPayload, 'batch' | 'resolveOffset' | 'isStale'>): Promise<void> {
    await this.#ready;
    const part = this.#parts.get(placeKey(batch));
    // Stale is what was fetched before something is fetched again, from where that begins.
    if (!part || this.#ended.signal.aborted || isStale()) return;
    if (!part.buffer.follows(fetchedFrom(batch))) return;
    const topic = this.#options.topicName(batch.topic);
    const last = batch.lastOffset();
    part.buffer.add(batch.messages.map((message) => ({ record: incoming(message, topic, batch.partition), bytes: messageBytes(message) })), BigInt(last) + 1n);
    resolveOffset(last);
    part.reader.wake();
  }

  failing(): FailingPartition[] {
    return [...this.#parts.values()].flatMap(({ reader }) => reader.failing ?? []);
  }

  /** Begins nothing more; resolves when the batches in hand are done. */
  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#ready;
    await Promise.all([...this.#parts.values()].map(({ reader }) => reader.stop()));
  }

  async #begin(): Promise<void> {
    const { places, begins, backOff, logger, group } = this.#options;
    for (let failures = 1; !this.#ended.signal.aborted; failures += 1) {
      try {
        const offsets = await begins(places);
        if (!this.#ended.signal.aborted) {
          for (const [index, place] of places.entries()) this.#parts.set(placeKey(place), this.#part(place, offsets[index] ?? 0n));
        }
        return;
      } catch (error) {
        logger.warn({ reason: reasonOf(error), group, failures }, 'Where the group is could not be read, and is asked again');
        await waitBackOff(failures, backOff, this.#ended.signal);
      }
    }
  }

  #part(place: PartitionPlace, begin: bigint): Part {
    const { group, committer, consumer, limit, handle, maxBatch, batchesInHand, backOff, logger, topicName } = this.#options;
    const buffer = new PartitionBuffer({
      place, begin, limit,
      pause: () => {
        if (!this.#ended.signal.aborted) consumer.pause(place);
      },
      resume: () => {
        if (!this.#ended.signal.aborted) consumer.resume(place);
      },
      seek: (offset) => {
        if (!this.#ended.signal.aborted) consumer.seek(place, offset);
      },
    });
    const reader = new PartitionReader({
      group, handle, maxBatch, batchesInHand, backOff, logger,
      place: { topic: topicName(place.topic), partition: place.partition },
      storage: {
        fetch: (_place, after, most) => buffer.take(after, most),
        acknowledged: () => buffer.acknowledged,
        // It needn't be durable by the time this resolves: what is lost with the process comes again.
        acknowledge: (_group, { offset }) => {
          if (buffer.acknowledge(offset)) committer.acknowledged(place, offset);
          return Promise.resolve();
        },
      },
    });
    return { buffer, reader };
  }
}

const placeKey = ({ topic, partition }: PartitionPlace): string => `${topic}/${partition}`;

/** Where the fetch began: kafkajs has it, and doesn't declare it. It is not the first record's offset, as offsets have gaps. */
const fetchedFrom = (batch: EachBatchPayload['batch']): bigint => {
  if (!('fetchedOffset' in batch)) throw new TypeError('kafkajs no longer says where a fetch began');
  return BigInt(String(batch.fetchedOffset));
};
