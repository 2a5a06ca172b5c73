import { setImmediate as turn } from 'node:timers/promises';
import type { GatewayLogger } from '../config';
import type { CurrentGraph } from './current-graph';
import type { ServedGraph } from './served-graph';
import { subgraphChanges } from './subgraph-changes';
import { asError } from './supergraph-source';
import { subgraphsOf } from './subgraphs-of';
import { warmUp } from './warm-up';

interface UpdatesParts {
  readonly graph: CurrentGraph;
  readonly logger: GatewayLogger;
  readonly now: () => number;
  /** @throws whatever keeps the SDL from being served. */
  build(sdl: string): ServedGraph;
}

interface Failure {
  /** ISO 8601. */
  readonly at: string;
  readonly reason: string;
}

/**
 * Takes in supergraphs, one after the other, and serves them. All of one is built, and the plans in use are made on it, before it is served; one
 * that is refused changes nothing; of several that come meanwhile, the last one counts.
 */
export class SupergraphUpdates {
  private wanted: string | undefined;
  private preparing: string | undefined;
  private isClosed = false;
  private servedSince: string;
  private refused: Failure | undefined;
  private unavailable: Failure | undefined;

  constructor(private readonly parts: UpdatesParts) {
    this.servedSince = this.time();
  }

  /** ISO 8601. */
  get since(): string {
    return this.servedSince;
  }

  /** Why the supergraph served is not the newest, or may not be. */
  get lastFailure(): Failure | undefined {
    return this.unavailable ?? this.refused;
  }

  /** Returns at once. */
  take(sdl: string): void {
    if (this.isClosed) return;
    this.confirmed();
    this.wanted = sdl === this.preparing ? undefined : sdl;
    if (this.preparing === undefined && this.wanted !== undefined) void this.work(this.wanted);
  }

  /** The source could not say what is to be served. Logged when it begins, and when the reason is another. */
  failed(error: Error): void {
    if (this.isClosed || this.unavailable?.reason === error.message) return;
    this.unavailable = { at: this.time(), reason: error.message };
    this.parts.logger.error({ err: error, supergraph: this.parts.graph.current.id }, 'The supergraph could not be brought up to date: the one before goes on being served');
  }

  /** The source can be reached, and has nothing new. */
  confirmed(): void {
    if (!this.unavailable) return;
    this.unavailable = undefined;
    this.parts.logger.info({ supergraph: this.parts.graph.current.id }, 'The supergraph can be had again');
  }

  /** From now on nothing is replaced. */
  close(): void {
    this.isClosed = true;
    this.wanted = undefined;
  }

  private async work(first: string): Promise<void> {
    for (let sdl: string | undefined = first; sdl !== undefined && !this.isClosed; sdl = this.wanted) {
      this.wanted = undefined;
      this.preparing = sdl;
      await this.serve(sdl);
      this.preparing = undefined;
    }
  }

  private async serve(sdl: string): Promise<void> {
    const { graph, logger } = this.parts;
    const previous = graph.current;
    if (sdl === previous.supergraph.sdl) {
      this.refused = undefined;
      return;
    }
    // Whoever told of it is not made to wait.
    await turn();
    let next: ServedGraph | undefined;
    try {
      next = this.parts.build(sdl);
      const isOutdated = (): boolean => this.isClosed || this.wanted !== undefined;
      const warmed = await warmUp(next, previous, isOutdated);
      if (isOutdated()) return await next.use.end();
      const subgraphs = subgraphChanges(subgraphsOf(previous.supergraph.sdl), subgraphsOf(sdl));
      this.servedSince = this.time();
      this.refused = undefined;
      graph.replace(next);
      logger.info({ from: previous.id, to: next.id, subgraphs, warmed }, 'Another supergraph is served');
    } catch (error) {
      await next?.use.end();
      this.refused = { at: this.time(), reason: asError(error).message };
      logger.error({ err: error, supergraph: previous.id }, 'A supergraph was refused: the one before goes on being served');
    }
  }

  private time(): string {
    return new Date(this.parts.now()).toISOString();
  }
}
