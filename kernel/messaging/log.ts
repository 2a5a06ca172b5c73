import type { FailingPartition } from './failing-partition';

/** A record to be appended to a topic: what Kafka calls a message. Equal keys stay in order. */
export interface NewLogRecord {
  topic: string;
  key: string;
  headers: Readonly<Record<string, string>>;
  /** JSON text. */
  value: string;
}

export interface LogRecord extends NewLogRecord {
  partition: number;
  /** Position in the partition: grows, may have gaps. */
  offset: bigint;
}

/** Records of one partition, in order, that a group has not acknowledged yet. */
export interface LogBatch {
  topic: string;
  partition: number;
  records: readonly LogRecord[];
  /**
   * Says that everything up to and including this record is done: the group never gets it again, unless the process dies
   * before the acknowledgement is durable. Called inside a transaction it is part of it.
   */
  acknowledge(upTo: LogRecord): Promise<void>;
  /** Aborts when the partition was taken away or the subscription stops: what is begun may go on, nothing more is begun. */
  signal: AbortSignal;
}

/**
 * Handles a batch. Batches of one partition come in order, and no more of them at a time than was asked for: the next comes when the promise
 * of an earlier one resolves. A batch whose promise rejects comes again, after a back-off, from the first record that is not acknowledged,
 * and so do those behind it: none comes while one of them is still in hand.
 */
export type HandleBatch = (batch: LogBatch) => Promise<void>;

export interface SubscribeOptions {
  /** Consumer group: each record goes to one member of each group. A new group begins at the first record. */
  group: string;
  topics: readonly string[];
  /** At most this many records in a batch. Default 512. */
  maxBatch?: number;
  /**
   * Batches of one partition that may be in hand at a time, so that their steps overlap. Default 1. A log may hand out fewer.
   */
  batchesInHand?: number;
}

export interface LogSubscription {
  /** Takes no more batches; resolves when those in hand are done. */
  stop(): Promise<void>;
}

export interface GroupLag {
  topic: string;
  partition: number;
  /** Records that the group has not acknowledged. */
  lag: number;
}

/**
 * The log between services: Kafka, or its embedded stand-in. Delivery is at least once; records with one key come in the
 * order in which they were appended.
 */
export interface Log {
  /**
   * Resolves when all records are durable, rejects when it isn't known that they are. Same key, same call: in order. A call with a record that is larger than
   * `MAX_RECORD_BYTES` appends nothing and rejects with a `RecordTooLargeError`.
   */
  append(records: readonly NewLogRecord[]): Promise<void>;
  subscribe(options: SubscribeOptions, handle: HandleBatch): Promise<LogSubscription>;
  lag(group: string): Promise<GroupLag[]>;
  /** Partitions in which a subscription of this process keeps failing. */
  failing(): readonly FailingPartition[];
}
