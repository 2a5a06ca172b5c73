import type { GatewayLogger } from '../config';
import type { ServedGraph } from './served-graph';

/** Told when another graph is served from now on. */
type GraphListener = (next: ServedGraph) => void;

/** Former graphs that something may still be in flight on; each keeps its schema and its plans in memory. */
const maxFormer = 8;

/** The graph that new operations are answered by; those in flight end on the one that they began with. */
export class CurrentGraph {
  private readonly listeners = new Set<GraphListener>();
  private former: ServedGraph[] = [];

  constructor(private graph: ServedGraph, private readonly logger: GatewayLogger) {}

  get current(): ServedGraph {
    return this.graph;
  }

  /**
   * Serves `next`. The one before it stays usable for whoever holds it when the listeners have run; with more than eight of those, the oldest is
   * ended, and what was in flight to subgraphs that only it had fails.
   */
  replace(next: ServedGraph): void {
    const previous = this.graph;
    this.graph = next;
    for (const listener of this.listeners) this.tell(listener, next);
    previous.use.retire();
    this.former = [...this.former, previous].filter(({ use }) => !use.hasEnded);
    while (this.former.length > maxFormer) this.endOldest();
  }

  /** Returns what ends it. */
  onReplaced(listener: GraphListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends all that is in flight. */
  async stop(): Promise<void> {
    await Promise.all([this.graph, ...this.former].map(({ use }) => use.end()));
  }

  private tell(listener: GraphListener, next: ServedGraph): void {
    try {
      listener(next);
    } catch (error) {
      // What one makes of the new graph is no reason to keep it from the others.
      this.logger.error({ err: error, supergraph: next.id }, 'Another supergraph is served, but a part of the gateway could not follow');
    }
  }

  private endOldest(): void {
    const oldest = this.former.shift();
    if (!oldest) return;
    this.logger.warn({ supergraph: oldest.id, operations: oldest.use.holding }, 'Too many former supergraphs are in use: the oldest is ended, with what is in flight to its subgraphs');
    void oldest.use.end();
  }
}
