import { DEFAULT_BACK_OFF, type BackOff } from '../messaging/back-off';
import { ConsumerGroups } from '../messaging/consumer-groups';
import type { FailingPartition } from '../messaging/failing-partition';
import type { GroupLag, HandleBatch, Log, LogRecord, LogSubscription, NewLogRecord, SubscribeOptions } from '../messaging/log';
import type { PartitionPlace, PartitionStorage } from '../messaging/partition-reader';
import { partitionOf } from '../messaging/partitions';
import { checkSizes } from '../messaging/record-too-large-error';
import type { Logger } from '../telemetry/logger';
import type { Connection } from './connection';
import { LogTopics } from './log-topics';
import type { Writer } from './writer';

interface RecordRow extends Record<string, unknown> {
  offset: number;
  key: string;
  headers: string;
  value: string;
}

export const createLogTables = (connection: Connection): void => {
  connection.exec(`
    CREATE TABLE IF NOT EXISTS log_topics (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE IF NOT EXISTS log_records (
      "offset" INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL, partition INTEGER NOT NULL, appendedAt INTEGER NOT NULL,
      key TEXT NOT NULL, headers TEXT NOT NULL, value TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS log_places ON log_records (topic, partition, "offset");
    CREATE TABLE IF NOT EXISTS log_acknowledged (
      consumers TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL, PRIMARY KEY (consumers, topic, partition)
    ) STRICT, WITHOUT ROWID`);
};

interface SqliteLogOptions {
  partitions: number;
  backOff?: BackOff;
  clock: () => Date;
  logger: Logger;
}

/** The log in the database: its records share one sequence of offsets, so that a partition's offsets grow and have gaps. */
export class SqliteLog implements Log, PartitionStorage {
  readonly #writer: Writer;
  readonly #topics: LogTopics;
  readonly #groups: ConsumerGroups;
  readonly #partitions: number;
  readonly #clock: () => Date;

  constructor(writer: Writer, { partitions, backOff = DEFAULT_BACK_OFF, clock, logger }: SqliteLogOptions) {
    this.#writer = writer;
    this.#topics = new LogTopics();
    this.#partitions = partitions;
    this.#clock = clock;
    // A batch is one transaction and there is one writer, so batches of a partition gain nothing from being in hand together.
    this.#groups = new ConsumerGroups({ partitions, storage: this, mostBatchesInHand: 1, backOff, logger });
  }

  async append(records: readonly NewLogRecord[]): Promise<void> {
    checkSizes(records);
    return this.#writer.write((connection, unit) => {
      const appendedAt = this.#clock().getTime();
      const places = new Map<string, PartitionPlace>();
      for (const { topic, key, headers, value } of records) {
        const partition = partitionOf(key, this.#partitions);
        connection.run(INSERT, this.#topics.ensure(connection, unit, topic), partition, appendedAt, key, JSON.stringify(headers), value);
        places.set(`${topic}/${partition}`, { topic, partition });
      }
      unit.afterCommit(() => {
        for (const place of places.values()) this.#groups.wake(place);
      });
    });
  }

  async subscribe(options: SubscribeOptions, handle: HandleBatch): Promise<LogSubscription> {
    // From now on the group is behind in each of these partitions, also while nobody subscribes.
    await this.#writer.write((connection, unit) => {
      for (const topic of options.topics) {
        const number = this.#topics.ensure(connection, unit, topic);
        for (let partition = 0; partition < this.#partitions; partition += 1) connection.run(JOIN, options.group, number, partition);
      }
    });
    return this.#groups.join(options, handle);
  }

  async lag(group: string): Promise<GroupLag[]> {
    return this.#writer.reading.all<{ topic: string; partition: number; lag: number }>(LAG, group).map(({ topic, partition, lag }) => ({ topic, partition, lag }));
  }

  fetch({ topic, partition }: PartitionPlace, after: bigint, limit: number): readonly LogRecord[] {
    const { reading } = this.#writer;
    const number = this.#topics.find(reading, topic);
    if (number === undefined) return [];
    return reading.all<RecordRow>(FETCH, number, partition, after, limit).map((row) => ({
      topic, partition, offset: BigInt(row.offset), key: row.key, headers: JSON.parse(row.headers) as Record<string, string>, value: row.value,
    }));
  }

  acknowledged(group: string, { topic, partition }: PartitionPlace): bigint {
    const { reading } = this.#writer;
    const number = this.#topics.find(reading, topic);
    const row = number === undefined ? undefined : reading.get<{ offset: number }>(ACKNOWLEDGED, group, number, partition);
    return BigInt(row?.offset ?? 0);
  }

  acknowledge(group: string, { topic, partition, offset }: LogRecord): Promise<void> {
    return this.#writer.write((connection, unit) => {
      connection.run(ACKNOWLEDGE, group, this.#topics.ensure(connection, unit, topic), partition, offset);
    });
  }

  failing(): readonly FailingPartition[] {
    return this.#groups.failing();
  }

  /** Ends every subscription; resolves when the batches in hand are done. */
  stop(): Promise<void> {
    return this.#groups.stop();
  }
}

const INSERT = 'INSERT INTO log_records (topic, partition, appendedAt, key, headers, value) VALUES (?, ?, ?, ?, ?, ?)';
const FETCH = 'SELECT "offset", key, headers, value FROM log_records WHERE topic = ? AND partition = ? AND "offset" > ? ORDER BY "offset" LIMIT ?';
const JOIN = 'INSERT INTO log_acknowledged (consumers, topic, partition, "offset") VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING';
const ACKNOWLEDGED = 'SELECT "offset" FROM log_acknowledged WHERE consumers = ? AND topic = ? AND partition = ?';
const ACKNOWLEDGE = `INSERT INTO log_acknowledged (consumers, topic, partition, "offset") VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET "offset" = max("offset", excluded."offset")`;
const LAG = `SELECT t.name AS topic, a.partition AS partition,
  (SELECT count(*) FROM log_records r WHERE r.topic = a.topic AND r.partition = a.partition AND r."offset" > a."offset") AS lag
  FROM log_acknowledged a JOIN log_topics t ON t.number = a.topic WHERE a.consumers = ? ORDER BY t.name, a.partition`;
