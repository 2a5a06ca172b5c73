import type { GraphQLError } from 'graphql';
import type { PlannedOperation } from '../planning/prepared-operation';
import type { SubgraphResult } from '../transport/subgraph-transport';

/** One planned operation, to be carried out. */
export interface PlanRequest {
  readonly planned: PlannedOperation;
  /** As the client sent them, checked. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** For every subgraph request. */
  readonly headers: Readonly<Record<string, string>>;
  /** For a subscription: what its subgraph sent, in place of the plan's primary fetch. */
  readonly event?: SubgraphResult | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PlanResult {
  /** Shaped as the operation says; null where a root field that may not be null is. */
  readonly data: Record<string, unknown> | null;
  /** As the subgraphs gave them, with the client's paths; not yet fit for clients. */
  readonly errors: readonly GraphQLError[];
}

/** Carries out a plan. Never rejects for what a subgraph does or doesn't do: that is an error in the result. */
export type PlanExecutor = (request: PlanRequest) => Promise<PlanResult>;
