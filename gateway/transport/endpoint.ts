import { OperationTypeNode } from 'graphql';
import { Pool } from 'undici';
import type { GatewayLogger } from '../config';
import { resultOf } from './results';
import type { Reach, SubgraphOperation, SubgraphRequest, SubgraphResult } from './subgraph-transport';

interface EndpointOptions {
  readonly subgraph: string;
  /** Connections kept open. */
  readonly connections: number;
  /** How long an answer may take to begin, in milliseconds. */
  readonly timeoutMs: number;
  readonly logger: GatewayLogger;
}

const maxResponseBytes = 64 * 1024 * 1024;
/** How often one that nobody asks anything is asked whether it is there. */
const probeEveryMs = 3_000;
const probeTimeoutMs = 2_000;
const presence: SubgraphOperation = { kind: OperationTypeNode.QUERY, query: '{ __typename }' };

/** One address of a subgraph: HTTP with keep-alive, and what is known of its health. */
export class Endpoint {
  readonly address: URL;
  private readonly pool: Pool;
  private readonly probing: NodeJS.Timeout;
  private state: Reach = { kind: 'unknown' };
  private heardAt = -Infinity;

  constructor(url: string, private readonly options: EndpointOptions) {
    const { connections, timeoutMs } = options;
    this.address = new URL(url);
    this.pool = new Pool(this.address.origin, {
      connections,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: { timeout: Math.min(timeoutMs, 5_000) },
      maxResponseSize: maxResponseBytes,
    });
    this.probing = setInterval(() => void this.probe(), probeEveryMs).unref();
    void this.probe();
  }

  get reach(): Reach {
    return this.state;
  }

  /** @throws whatever kept an answer from coming; see {@link wasNotSent}. */
  async request({ operation: { query, operationName }, variables, headers, signal }: SubgraphRequest): Promise<SubgraphResult> {
    try {
      const response = await this.pool.request({
        method: 'POST',
        path: this.address.pathname + this.address.search,
        headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query, operationName, variables }),
        signal,
      });
      const result = resultOf(await response.body.json());
      if (!result) throw new Error(`status ${response.statusCode}, and no GraphQL result`);
      this.answered();
      return result;
    } catch (error) {
      // One who no longer waits says nothing about the subgraph.
      if (!signal?.aborted) this.failed(error);
      throw error;
    }
  }

  /** It was heard, over whatever way. */
  answered(): void {
    this.heardAt = performance.now();
    if (this.state.kind === 'unreachable') this.options.logger.info(this.place, 'A subgraph answers again');
    this.state = { kind: 'reached' };
  }

  /** It did not answer, or its socket broke. */
  failed(error: unknown): void {
    if (this.state.kind !== 'unreachable') this.options.logger.warn({ ...this.place, err: error }, 'A subgraph does not answer');
    this.state = { kind: 'unreachable', problem: error instanceof Error && error.message !== '' ? error.message : wordsOf(error) };
  }

  async stop(): Promise<void> {
    clearInterval(this.probing);
    await this.pool.destroy();
  }

  private get place() {
    return { subgraph: this.options.subgraph, address: this.address.href };
  }

  private async probe(): Promise<void> {
    if (performance.now() - this.heardAt < probeEveryMs) return;
    const signal = AbortSignal.timeout(probeTimeoutMs);
    await this.request({ operation: presence, headers: {}, signal }).catch((error: unknown) => {
      if (signal.aborted && !this.pool.destroyed) this.failed(error);
    });
  }
}

/** No connection came about, so that nothing can have been carried out. */
export function wasNotSent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(wasNotSent);
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

/** Errors of several addresses together have no message of their own. */
function wordsOf(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(String).join('; ') : String(error);
}
