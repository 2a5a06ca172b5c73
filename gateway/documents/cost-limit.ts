import type { GraphQLError } from 'graphql';
import { clientError } from '../errors/client-errors';
import type { CostEstimate, EstimateCost } from './operation-cost';

/** Bounds on what one operation may cost; see GatewayLimits. */
export interface CostLimits {
  readonly maxCost: number;
  readonly assumedListSize: number;
}

/** One operation's cost, and whether that is too much. */
export class CostLimit {
  private estimation: EstimateCost | undefined;

  /** @param compile called once, and only where somebody wants to know. */
  constructor(private readonly compile: () => EstimateCost, private readonly maxCost: number) {}

  /** `variables`: with the operation's defaults filled in. Those need not have been checked. */
  estimate(variables: Readonly<Record<string, unknown>>): CostEstimate {
    this.estimation ??= this.compile();
    return this.estimation(variables);
  }

  /** What a rate limit takes for it beyond the one for reading it. Nothing for an operation that is refused for its cost, since it is not executed. */
  chargeBeyondOne(variables: Readonly<Record<string, unknown>>): number {
    const { cost } = this.estimate(variables);
    return cost > this.maxCost ? 0 : Math.max(0, cost - 1);
  }

  /** What is wrong with it: COST_ESTIMATED_TOO_EXPENSIVE with `cost: {estimated, max}`, or BAD_USER_INPUT for slicing arguments. Nothing where no cost is too high. */
  check(variables: Readonly<Record<string, unknown>>): readonly GraphQLError[] {
    if (this.maxCost === Infinity) return [];
    const { cost, problems } = this.estimate(variables);
    if (problems.length > 0) return problems;
    if (cost <= this.maxCost) return [];
    // JSON has no word for infinity.
    const estimated = Math.min(cost, Number.MAX_SAFE_INTEGER);
    return [clientError('COST_ESTIMATED_TOO_EXPENSIVE', `The operation is estimated to cost ${estimated}, and may cost ${this.maxCost}: ask for fewer fields, or for shorter lists`, { cost: { estimated, max: this.maxCost } })];
  }
}
