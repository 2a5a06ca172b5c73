import type { Readiness } from '../../health';
import type { Logger } from '../../telemetry';

/** Which operations a process answers. `_service`, introspection and health are answered by each. */
export type Serves = 'commands' | 'queries' | 'both';

export interface SubgraphServerConfig {
  readonly host: string;
  /** 0 takes a free one; see {@link RunningSubgraph.port}. */
  readonly port: number;
  /** `commands`: mutations. `queries`: everything else. */
  readonly serves: Serves;
  readonly limits?: Partial<SubgraphLimits>;
}

/** Bounds on what a peer can take up; each has a default in {@link defaultLimits}. */
export interface SubgraphLimits {
  /** Of a request's body; above it 413. */
  readonly maxBodyBytes: number;
  /** Of one message that a socket brings; above it the socket closes with 1009. */
  readonly maxMessageBytes: number;
  /** Subscriptions open at once on one socket: a gateway has all of its clients' on one. */
  readonly maxOperationsPerSocket: number;
  /** What may wait to be sent on one socket; above it no further event is taken from any subscription on it. */
  readonly maxBufferedBytes: number;
}

export const defaultLimits: SubgraphLimits = {
  maxBodyBytes: 16 * 1024 * 1024,
  maxMessageBytes: 1024 * 1024,
  maxOperationsPerSocket: 100_000,
  maxBufferedBytes: 4 * 1024 * 1024,
};

export interface SubgraphServerPorts {
  readonly logger: Logger;
  /** Whether work should be sent here, leaving aside that the server itself may be stopping. */
  ready(): Readiness | Promise<Readiness>;
}

export interface RunningSubgraph {
  /** Of the GraphQL endpoint: `http://host:port/graphql`. */
  readonly url: string;
  readonly port: number;
  /**
   * Takes no new connection, closes sockets with 1001 so that who reads goes on elsewhere, and lets requests in flight finish for up to `graceMs`
   * (default 5,000). Safe to call twice.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}
