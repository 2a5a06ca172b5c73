import type { Socket } from 'node:net';
import type { BackOff } from '../messaging/back-off';
import type { Logger } from '../telemetry/logger';

export interface TopicDefinition {
  name: string;
  /** Commands may be deleted once they are old and everyone has handled them; events are kept for ever. */
  kind: 'commands' | 'events';
}

export interface TopicSettings {
  /** 12 by default. Fixed once a topic is made, as the partition of a key must not change. */
  partitions?: number;
  /** Brokers that keep each record. 1 by default. */
  replication?: number;
  /** Brokers that must have stored a record before it counts. 1 by default. */
  minInsyncReplicas?: number;
}

export interface KafkaRetention {
  /** Commands are kept at least so long, in milliseconds. 7 days by default. */
  keepMs?: number;
  /** How often is looked for older ones, in milliseconds. An hour by default. */
  everyMs?: number;
  /** By topic the groups that must have handled a record before it may go. A topic that isn't named keeps everything. */
  groups: Readonly<Record<string, readonly string[]>>;
}

export interface SaslOptions {
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  username: string;
  password: string;
}

export interface KafkaOptions {
  /** `host:port` of some brokers; the others are found through them. */
  brokers: readonly string[];
  clientId: string;
  logger: Logger;
  clock?: () => Date;
  /** Put before the names of topics and groups, so that several systems can share a cluster. Nobody who uses the log sees it. '' by default. */
  prefix?: string;
  ssl?: boolean;
  sasl?: SaslOptions;
  /** How long an append may take, in milliseconds, before it is given up. 30 s by default. */
  appendTimeoutMs?: number;
  /** So long a member of a group may be silent, in milliseconds, before its partitions go to others. 6 s by default. */
  sessionTimeoutMs?: number;
  /** Between attempts at anything that failed: connecting, sending, handling a batch. */
  backOff?: BackOff;
  /** Every topic that is used. They are made if they aren't there. */
  topics: readonly TopicDefinition[];
  topicSettings?: TopicSettings;
  /** Without it every record is kept. */
  retention?: KafkaRetention;
  /** Ends the waiting for a broker at the start. */
  signal?: AbortSignal;
}

/** Opens a connection to a broker; given by tests that cut it. */
export type Connect = (to: { host: string; port: number; ssl: boolean }, onConnect: () => void) => Socket;

/** What nobody needs to set except tests. */
export interface Tuning {
  /** How long a broker holds a fetch when there is nothing new; it is also about how long it takes to stop or to go on after a pause. */
  fetchWaitMs: number;
  /** Between heartbeats: so long it takes a member to notice that another one came or went. */
  heartbeatMs: number;
  /** At least so long between two commits of offsets. */
  commitEveryMs: number;
  /** Bytes that one subscription may have fetched and not handed out yet; a partition above its share of it is paused. */
  bufferBytes: number;
  /** Records of one partition that may have been fetched and not handed out yet. */
  bufferRecords: number;
  /** Bytes that may wait to be sent; an append above that is refused at once. */
  queueBytes: number;
  /** How often Kafka is asked whether it is there. */
  pingEveryMs: number;
  connect?: Connect;
}

export const DEFAULT_TUNING: Tuning = {
  fetchWaitMs: 250,
  heartbeatMs: 1000,
  commitEveryMs: 100,
  bufferBytes: 32 * 1024 * 1024,
  bufferRecords: 5000,
  queueBytes: 32 * 1024 * 1024,
  pingEveryMs: 2000,
};

export const DEFAULT_APPEND_TIMEOUT_MS = 30_000;
/** The least that brokers allow by default: so long a group waits for a member that is gone. */
export const DEFAULT_SESSION_TIMEOUT_MS = 6_000;
export const DEFAULT_KEEP_MS = 7 * 24 * 60 * 60 * 1000;
export const DEFAULT_RETENTION_EVERY_MS = 60 * 60 * 1000;
