import { OperationTypeNode } from 'graphql';
import { Pool } from 'undici';
import type { GatewayLogger } from '../config';
import type { Cancellation } from './cancellation';
import { gzipped } from './content-coding';
import { exchange } from './exchange';
import { AnswerTimedOut, concernsSubgraph, problemOf, TooManyWaiting, UnusableAnswer } from './failures';
import { RequestText } from './request-text';
import { resultIn } from './result-answer';
import type { TextResult } from './result-answer';
import { sentHeaders } from './sent-headers';
import type { Reach } from './subgraph-transport';

interface EndpointOptions {
  /** Whether it is asked for its presence while nothing else is; of one that may take subscriptions alone, a failure is forgotten after that time instead. */
  readonly probes: boolean;
  readonly subgraph: string;
  /** Connections kept open. */
  readonly connections: number;
  readonly connectWithinMs: number;
  readonly maxResponseBytes: number;
  /** Requests with longer bodies are sent compressed; undefined for none. */
  readonly compressAboveBytes: number | undefined;
  readonly logger: GatewayLogger;
}

interface Post {
  readonly body: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly timeoutMs: number;
  readonly cancellation?: Cancellation | undefined;
}

/** How often one that nobody asks anything is asked whether it is there. */
const probeEveryMs = 3_000;
const probeTimeoutMs = 2_000;
/** Requests that wait for a connection to become free; one more is refused. */
const maxWaiting = 10_000;
const presence = new RequestText({ kind: OperationTypeNode.QUERY, query: '{ __typename }' }).body('{}');
const noHeaders = sentHeaders({}).list;
const reached: Reach = { kind: 'reached' };

/** One address of a subgraph: HTTP with keep-alive, and what is known of its health. */
export class Endpoint {
  readonly address: URL;
  /** Whether it takes operations by their hashes. */
  hashes: 'untried' | 'taken' | 'not taken' = 'untried';
  readonly path: string;
  private readonly pool: Pool;
  private streams: Pool | undefined;
  private readonly probing: NodeJS.Timeout;
  private state: Reach = { kind: 'unknown' };
  private heardAt = -Infinity;
  private inFlight = 0;

  constructor(url: string, private readonly options: EndpointOptions) {
    const { connections, connectWithinMs } = options;
    this.address = new URL(url);
    this.path = this.address.pathname + this.address.search;
    this.pool = new Pool(this.address.origin, { connections, connect: { timeout: connectWithinMs } });
    this.probing = setInterval(() => void this.probe(), probeEveryMs).unref();
    if (options.probes) void this.probe();
  }

  get reach(): Reach {
    return this.state;
  }

  /** @throws whatever kept a GraphQL result from coming; see `failures.ts`. */
  async post({ body, headers, timeoutMs, cancellation }: Post): Promise<TextResult> {
    const { connections, compressAboveBytes, maxResponseBytes } = this.options;
    if (this.inFlight >= connections + maxWaiting) throw new TooManyWaiting(maxWaiting);
    this.inFlight += 1;
    const startedAt = performance.now();
    try {
      const isLong = compressAboveBytes !== undefined && body.length > compressAboveBytes;
      const answer = await exchange(this.pool, {
        path: this.path,
        headers: isLong ? [...headers, 'content-encoding', 'gzip'] : headers,
        body: isLong ? await gzipped(body) : body,
        timeoutMs, cancellation, maxBytes: maxResponseBytes,
      });
      const result = await resultIn(answer, maxResponseBytes);
      this.answered();
      return result;
    } catch (error) {
      // One bad answer among good ones says more of its question than of the subgraph.
      const isAlone = this.heardAt > startedAt && (error instanceof AnswerTimedOut || error instanceof UnusableAnswer);
      if (concernsSubgraph(error) && !isAlone) this.failed(error);
      throw error;
    } finally {
      this.inFlight -= 1;
    }
  }

  /** It was heard, over whatever way. */
  answered(): void {
    this.heardAt = performance.now();
    if (this.state === reached) return;
    if (this.state.kind === 'unreachable') this.options.logger.info(this.place, 'A subgraph answers again');
    this.state = reached;
  }

  /** It did not answer, or its socket broke. */
  failed(error: unknown): void {
    if (this.pool.destroyed) return;
    if (this.state.kind !== 'unreachable') this.options.logger.warn({ ...this.place, err: error }, 'A subgraph does not answer');
    this.state = { kind: 'unreachable', problem: problemOf(error) };
  }

  /** For streams, which would otherwise keep connections from requests. Each has one of its own. */
  get streaming(): Pool {
    return this.streams ??= new Pool(this.address.origin, { connections: null, connect: { timeout: this.options.connectWithinMs } });
  }

  async stop(): Promise<void> {
    clearInterval(this.probing);
    await Promise.all([this.pool.destroy(), this.streams?.destroy()]);
  }

  private get place() {
    return { subgraph: this.options.subgraph, address: this.address.href };
  }

  private async probe(): Promise<void> {
    if (!this.options.probes) {
      if (this.state.kind === 'unreachable') this.state = { kind: 'unknown' };
      return;
    }
    if (performance.now() - this.heardAt < probeEveryMs) return;
    // What it finds is kept as the state.
    await this.post({ body: presence, headers: noHeaders, timeoutMs: probeTimeoutMs }).catch(() => undefined);
  }
}
