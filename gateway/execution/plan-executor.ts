import type { GraphQLError } from 'graphql';
import type { PlannedOperation } from '../planning/prepared-operation';
import type { SubgraphResult } from '../transport/subgraph-transport';
import type { FetchTraces } from './fetch-traces';
import type { ResponsePath } from './response-path';

/** One planned operation, to be carried out. */
export interface PlanRequest {
  readonly planned: PlannedOperation;
  /** As the client sent them, checked. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** With the operation's defaults. */
  readonly withDefaults: Readonly<Record<string, unknown>>;
  /** For every subgraph request. */
  readonly headers: Readonly<Record<string, string>>;
  /** For a subscription: what its subgraph sent, in place of the plan's primary fetch. */
  readonly event?: SubgraphResult | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Gets a key of each entity that is asked for, the same for the same entity. */
  readonly touched?: Set<string> | undefined;
  /** Gets the traces of its fetches; their headers have to ask for them. */
  readonly traces?: FetchTraces | undefined;
}

/** What a plan brought together. */
export interface PlanResult {
  /** Under the planned names, and with more in it than the client asked for; null where there is nothing at all. */
  readonly data: Record<string, unknown> | null;
  /** As the subgraphs gave them, at planned paths; not yet fit for clients. */
  readonly errors: readonly GraphQLError[];
  /** Where a subgraph said that there is no such entity, or what it needs could not be had: what is missing there is no failure of its own. */
  readonly absent?: readonly ResponsePath[] | undefined;
  /** Objects that stand at several places of `data`; each stands where the same is asked of it. */
  readonly repeated?: ReadonlySet<object> | undefined;
}

/** Carries out a plan. Never fails for what a subgraph does or doesn't do: that is an error in the result. A promise only where something is waited for. */
export type PlanExecutor = (request: PlanRequest) => PlanResult | Promise<PlanResult>;
