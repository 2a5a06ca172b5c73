import { createContext, Script } from 'node:vm';
import type { Operation, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { QueryPlan } from '@apollo/query-planner';
import { GraphQLError } from 'graphql';

interface PlannerLimits {
  readonly maxPlanningMs: number;
}

/**
 * Plans that are compared for one operation, before ways to go are left out of the comparison. It takes up to some milliseconds for each, and over
 * random operations on six supergraphs, comparing the 10,000 that the planner would led to nothing better.
 */
const maxComparedPlans = 256;
/** The most that a timer takes. */
const maxTimeout = 2 ** 31 - 1;

/**
 * Plans operations, and gives up those that take too long: through interfaces and unions in several subgraphs, a small operation can have more ways than
 * there is time to compare, and none of the planner's own bounds covers all of that work.
 */
export class BoundedPlanner {
  private planner: QueryPlanner;
  private readonly script = new Script('plan()');

  constructor(private readonly supergraph: Supergraph, private readonly limits: PlannerLimits) {
    this.planner = this.freshPlanner();
  }

  /**
   * `overrideConditions`: whether a label of `@override` applies; those that are left out do not.
   * @throws {GraphQLError} with the code OPERATION_TOO_COMPLEX when its time is over: trying again is of no use.
   * @throws whatever the planner throws, for an operation that has no plan.
   */
  buildQueryPlan(operation: Operation, overrideConditions: ReadonlyMap<string, boolean> = new Map()): QueryPlan {
    let outcome: QueryPlan | undefined;
    let failure: unknown;
    // What is thrown inside comes out from another realm, where it is no Error of ours.
    const plan = (): void => {
      try {
        outcome = this.planner.buildQueryPlan(operation, { overrideConditions: new Map(overrideConditions) });
      } catch (error) {
        failure = error;
      }
    };
    try {
      this.script.runInContext(createContext({ plan }), { timeout: Math.min(Math.max(1, this.limits.maxPlanningMs), maxTimeout) });
    } catch (error) {
      // It was interrupted anywhere; what it has kept for the next plan may be incomplete.
      this.planner = this.freshPlanner();
      throw new GraphQLError('The operation is too complex to be planned: ask for less at once, or through fewer interfaces and unions', {
        extensions: { code: 'OPERATION_TOO_COMPLEX' }, originalError: error instanceof Error ? error : null,
      });
    }
    if (outcome) return outcome;
    throw failure;
  }

  private freshPlanner(): QueryPlanner {
    return new QueryPlanner(this.supergraph, { exposeDocumentNodeInFetchNode: true, debug: { maxEvaluatedPlans: maxComparedPlans } });
  }
}
