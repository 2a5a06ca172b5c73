import type { Transactor } from '@test-planning/kernel/event-sourcing';
import type { Feeds } from '@test-planning/kernel/feeds';
import { decodeMessage, type Log, type LogBatch, type LogRecord } from '@test-planning/kernel/messaging';
import type { ReadModels, ViewWrite } from '@test-planning/kernel/read-models';
import type { Logger } from '@test-planning/kernel/telemetry';
import { publication, topics, type Topic } from '@test-planning/schema/messages';
import { commandsView } from './recording/command-record';
import { recordCommand } from './recording/record-command';
import { recordPublication } from './recording/record-publication';
import { nothingToRecord, type Recording } from './recording/recording';

export interface ActivityWorkerConfig {
  /** Consumer group. A new group records everything again that the log still has: that is how the views are rebuilt. */
  group?: string;
  /** Messages in one batch, at most. */
  maxBatch?: number;
}

export interface ActivityWorkerPorts {
  log: Log;
  feeds: Pick<Feeds, 'append'>;
  views: Pick<ReadModels, 'write'>;
  transactor: Transactor;
  logger: Logger;
}

export interface ActivityWorker {
  /** Takes no more batches; resolves when those in hand are done. */
  stop(): Promise<void>;
}

const carryCommands: readonly Topic[] = [topics.experimentsCommands, topics.methodsCommands, topics.sagaInbox];
const carryPublications: readonly Topic[] = [topics.experimentsEvents, topics.methodsEvents, topics.sagaEvents];

/** Records what goes over the log: the audit trail, notifications, and what became of each command. */
export const startActivityWorker = (config: ActivityWorkerConfig, ports: ActivityWorkerPorts): Promise<ActivityWorker> =>
  ports.log.subscribe(
    {
      group: config.group ?? 'activity-worker',
      topics: [...carryCommands, ...carryPublications],
      ...(config.maxBatch !== undefined && { maxBatch: config.maxBatch }),
    },
    (batch) => recordBatch(batch, ports),
  );

/**
 * Each step does no harm when it comes again, so a batch that failed half-way simply comes again. Outcomes are written last: where a store can't write
 * all of it at once, whoever sees an outcome can already read the entries that tell of it; whoever reads an entry waits for the outcome (see the API).
 */
const recordBatch = async (batch: LogBatch, { feeds, views, transactor, logger }: ActivityWorkerPorts): Promise<void> => {
  const last = batch.records.at(-1);
  if (!last) return;
  const recordings = batch.records.map((record) => recordOne(record, logger));
  const writes = recordings.flatMap((recording) => recording.writes);
  const isOutcome = ({ view }: ViewWrite): boolean => view === commandsView.name;
  const [existence, outcomes] = [writes.filter((write) => !isOutcome(write)), writes.filter(isOutcome)];
  const entries = recordings.flatMap((recording) => recording.entries);
  await transactor.transact(async () => {
    if (existence.length > 0) await views.write(existence);
    if (entries.length > 0) await feeds.append(entries);
    if (outcomes.length > 0) await views.write(outcomes);
    await batch.acknowledge(last);
  });
};

/** A message that can't be understood is left out and said so in the log: one such message must not hold up everybody's feed. */
const recordOne = (record: LogRecord, logger: Logger): Recording => {
  try {
    return recordingOf(record);
  } catch (error) {
    const { topic, partition, offset } = record;
    logger.error({ err: error, topic, partition, offset: String(offset) }, 'a message can\'t be recorded and is left out');
    return nothingToRecord;
  }
};

const recordingOf = (record: LogRecord): Recording => {
  const decoded = decodeMessage(record);
  if (decoded.kind === 'malformed') throw new TypeError(decoded.reason);
  const { message } = decoded;
  return carryCommands.some((topic) => topic === record.topic)
    ? recordCommand(message)
    : recordPublication(message, publication.parse(message.data));
};
