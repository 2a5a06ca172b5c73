import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import type { SubgraphResult } from '../transport/subgraph-transport';

/** The header by which a subgraph is asked for a trace in `extensions.ftv1`, as Apollo has it. */
export const askForTrace: Readonly<Record<string, string>> = { 'apollo-federation-include-trace': 'ftv1' };

/** One request to a subgraph. Times are Date.now(). */
export interface FetchTrace {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** A Trace of Apollo's protobuf in base64; undefined where the subgraph gave none. */
  readonly ftv1: string | undefined;
}

/** What one operation's fetches were told of their time. */
export class FetchTraces {
  /** The plans that were carried out, one after the other. */
  readonly plans: QueryPlan['node'][] = [];
  private readonly byFetch = new Map<FetchNode, FetchTrace[]>();

  of(fetch: FetchNode): readonly FetchTrace[] {
    return this.byFetch.get(fetch) ?? [];
  }

  async traced(fetch: FetchNode, request: Promise<SubgraphResult>): Promise<SubgraphResult> {
    const sentAt = Date.now();
    let ftv1: unknown;
    try {
      const result = await request;
      ftv1 = result.extensions?.['ftv1'];
      return result;
    } finally {
      const trace = { sentAt, receivedAt: Date.now(), ftv1: typeof ftv1 === 'string' ? ftv1 : undefined };
      const known = this.byFetch.get(fetch);
      if (known) known.push(trace);
      else this.byFetch.set(fetch, [trace]);
    }
  }
}
