import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger';
import type { Writer } from './writer';

const RECORDS_AT_ONCE = 500;

export interface LogRetention {
  /** Topics whose records may go; all others are kept. */
  topics: readonly string[];
  /** Records are kept at least so long, in milliseconds, and until every group that ever subscribed has acknowledged them. */
  keepMs: number;
  /** How often is looked for older ones, in milliseconds. */
  everyMs: number;
}

interface RetentionPorts {
  writer: Writer;
  clock: () => Date;
  logger: Logger;
}

/** Deletes what is older and done with, a few records per commit. Returns how many. */
export const deleteOldRecords = async ({ topics, keepMs }: Pick<LogRetention, 'topics' | 'keepMs'>, { writer, clock }: Omit<RetentionPorts, 'logger'>): Promise<number> => {
  const before = clock().getTime() - keepMs;
  let deleted = 0;
  for (const place of writer.reading.all<Place>(PLACES, JSON.stringify(topics))) {
    for (let last = RECORDS_AT_ONCE; last === RECORDS_AT_ONCE;) {
      last = await writer.write((connection) => connection.run(DELETE, place.topic, place.partition, place.done, RECORDS_AT_ONCE, before));
      deleted += last;
      await nextTurn();
    }
  }
  return deleted;
};

/** Deletes old records from time to time. Returns how to end it; what that gives resolves when a deletion in hand is done. */
export const keepRetention = (retention: LogRetention, ports: RetentionPorts): (() => Promise<void>) => {
  let inHand = Promise.resolve();
  const timer = setInterval(() => {
    inHand = inHand.then(() => deleteOldRecords(retention, ports)).then(
      (deleted) => {
        if (deleted > 0) ports.logger.info({ deleted }, 'Deleted old records of the log');
      },
      (error: unknown) => {
        ports.logger.error({ error }, 'Old records of the log could not be deleted');
      },
    );
  }, retention.everyMs).unref();
  return () => {
    clearInterval(timer);
    return inHand;
  };
};

interface Place extends Record<string, unknown> {
  topic: number;
  partition: number;
  /** Up to here every group has acknowledged. */
  done: number;
}

/** A partition that no group has ever subscribed to is not among these, so it keeps everything. */
const PLACES = `SELECT a.topic AS topic, a.partition AS partition, min(a."offset") AS done
  FROM log_acknowledged a JOIN log_topics t ON t.number = a.topic WHERE t.name IN (SELECT value FROM json_each(?)) GROUP BY a.topic, a.partition`;

/** Looks at the oldest few only: they were appended in the order of their offsets. */
const DELETE = `DELETE FROM log_records WHERE "offset" IN (
  SELECT "offset" FROM (SELECT "offset", appendedAt FROM log_records WHERE topic = ? AND partition = ? AND "offset" <= ? ORDER BY "offset" LIMIT ?) WHERE appendedAt < ?)`;
