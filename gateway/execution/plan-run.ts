import type { GraphQLError } from 'graphql';
import type { EntityAnswers } from './shared-entities';
import type { PlanRequest } from './plan-executor';
import type { ResponsePath } from './response-path';

/** What one execution of a plan has come to. */
export interface PlanRun extends PlanRequest {
  readonly data: Record<string, unknown>;
  readonly errors: GraphQLError[];
  readonly absent: ResponsePath[];
  readonly repeated: Set<object>;
  /** By group of fetches that ask one subgraph the same. */
  readonly shared: (EntityAnswers | undefined)[];
}

/** A part of a plan, compiled. Undefined when there was nothing to wait for; never rejects. */
export type PlanStep = (run: PlanRun) => Promise<void> | undefined;
