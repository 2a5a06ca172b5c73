/** What the distributed edition stands on. */
export const serverNames = ['kafka', 'mongodb'] as const;
export type ServerName = (typeof serverNames)[number];

/** Proof that a pid still means the process that it once meant: pids are given out again. */
export interface ProcessIdentity {
  pid: number;
  /** When it began, as the operating system tells it; text to compare, not to read. */
  began: string;
}

/** A server that this harness started, and may stop. */
export type StartedServer = {
  /** A Kafka broker as `host:port`, or a MongoDB connection string. */
  address: string;
  /** RFC 3339, UTC. */
  since: string;
} & (
  | { kind: 'process'; process: ProcessIdentity; version: string; logs: string; data: string }
  | { kind: 'container' }
);

/** How people and the environment call a server, and where it is usually found. */
export interface ServerDefinition {
  title: string;
  variable: 'KAFKA_BROKERS' | 'MONGODB_URL';
  usualPort: number;
  /** Asks once. @throws what is wrong, when it can't be used (yet). */
  answers(address: string, timeoutMs: number): Promise<void>;
}
