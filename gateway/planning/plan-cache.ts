import { BoundedCache } from '../bounded-cache';
import type { Execution } from './prepared-operation';

interface PlanCacheLimits {
  readonly cachedPlans: number;
  readonly cachedPlanCharacters: number;
}

interface KeptPlan {
  readonly execution: Execution;
  readonly characters: number;
}

/**
 * The plans of all operations, as far as they are kept ready: the most recently used. One operation can have as many as there are sets of scopes and of conditions, so a
 * bound on documents alone is none on these.
 */
export class PlanCache {
  private readonly plans: BoundedCache<string, KeptPlan>;
  private operations = 0;

  constructor({ cachedPlans, cachedPlanCharacters }: PlanCacheLimits) {
    this.plans = new BoundedCache(cachedPlans, { maxWeight: cachedPlanCharacters, weightOf: (_, { characters }) => characters });
  }

  /** What keys of one operation begin with. */
  nextPrefix(): string {
    this.operations += 1;
    return `${this.operations} `;
  }

  get(key: string): Execution | undefined {
    return this.plans.get(key)?.execution;
  }

  /** `characters`: of the client's operation. What its subgraphs are sent counts as well. */
  set(key: string, execution: Execution, characters: number): void {
    this.plans.set(key, { execution, characters: execution.stages.reduce((sum, { plan }) => sum + JSON.stringify(plan.node ?? null, withoutDocuments).length, characters) });
  }
}

/** The same once more, parsed. */
const withoutDocuments = (name: string, value: unknown): unknown => (name === 'operationDocumentNode' ? undefined : value);
