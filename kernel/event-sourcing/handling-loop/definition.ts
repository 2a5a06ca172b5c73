import type { LogRecord, Log, NewLogRecord } from '../../messaging/log';
import type { Message } from '../../messaging/message';
import type { ParkingLot } from '../../messaging/parking';
import type { ViewWrite } from '../../read-models/read-models';
import type { RebuildableReadModels } from '../../read-models/view-versions';
import type { Logger } from '../../telemetry/logger';
import type { Commit, Stored } from '../commit';
import type { Decider } from '../decider';
import type { EventStore } from '../event-store';
import type { EventVersions } from '../event-versions';
import type { Transactor } from '../transaction';

/** What a parser makes of a message's type and data. */
export type ParsedInput<Command> =
  | { kind: 'parsed'; message: Command }
  | { kind: 'unknown-type'; type: string }
  | { kind: 'malformed'; reason: string };

/** What one service's worker is made of. All functions are pure: they may be called again for the same commit, and must then give the same. */
export interface WorkerDefinition<State, Command, Event extends Stored> {
  service: string;
  /** The consumer group; every process of this worker joins it. */
  group: string;
  /** Where its commands come in. */
  topic: string;
  deadLettersTopic: string;
  decider: Decider<State, Command, Event>;
  /** Left out: no event has had a second version. */
  eventVersions?: EventVersions;
  parse(type: string, schemaVersion: number, data: unknown): ParsedInput<Command>;
  /**
   * Whether a command is made to be the first of its stream. The stream is then not read before it is decided; where something is there after
   * all, the append finds out and the command is decided on that. Left out: none is.
   */
  opens?(command: Command): boolean;
  /** How many changes that a person sees the state has been through. */
  versionOf(state: State): number;
  /** What the views hold after a commit. Of several writes to one document in a batch, only the one with the highest sequence is made. */
  project(commit: Commit<Event>, after: State): readonly ViewWrite[];
  /** What is told to others. The ids of these messages derive from the commit. */
  publish(commit: Commit<Event>, before: State, after: State): readonly NewLogRecord[];
  /** What is told to others when a message is set aside. Its id derives from the message. */
  publishParked(message: Message, error: string): readonly NewLogRecord[];
  /** How often a message is tried, at least 1, before it is parked. */
  retries: number;
  /** Messages in one batch, at most. Default 1,000. */
  maxBatch?: number;
  /** How many aggregates' states are kept in memory. */
  cacheSize: number;
}

export interface WorkerPorts {
  events: EventStore;
  views: RebuildableReadModels;
  log: Log;
  transactor: Transactor;
  parking: ParkingLot;
  clock: () => Date;
  logger: Logger;
  /** Told about each batch that is done. */
  observe?: (batch: BatchObservation) => void;
}

/** What became of a batch, to be measured. */
export interface BatchObservation {
  service: string;
  records: number;
  commits: number;
  /** Streams that had to be decided again, because the message was known or another worker was faster. */
  conflicts: number;
  parked: number;
  durationMs: number;
}

/** A message that can be decided on. */
export interface ReadableMessage<Command> {
  kind: 'readable';
  record: LogRecord;
  message: Message;
  command: Command;
  hash: string;
  commitId: string;
}

/** A record that is no message, or none that this worker knows. */
export interface UnreadableMessage {
  kind: 'unreadable';
  record: LogRecord;
  /** As far as its envelope could be read. */
  message: Message | undefined;
  reason: string;
}

export type Received<Command> = ReadableMessage<Command> | UnreadableMessage;
