import type { ServedGraph } from './served-graph';

/** Told when another graph is served from now on. */
export type GraphListener = (next: ServedGraph) => void;

/** The graph that new operations are answered by; those in flight end on the one that they began with. */
export class CurrentGraph {
  private readonly listeners = new Set<GraphListener>();

  constructor(private graph: ServedGraph) {}

  get current(): ServedGraph {
    return this.graph;
  }

  replace(next: ServedGraph): void {
    this.graph = next;
    for (const listener of this.listeners) listener(next);
  }

  /** Returns what ends it. */
  onReplaced(listener: GraphListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
