import type { PlannedOperation } from '../planning/prepared-operation';
import type { LoadedSupergraph } from '../supergraph/load-supergraph';
import type { SubgraphTransport } from '../transport/subgraph-transport';
import { compilePlan } from './compile-plan';
import type { PlanExecutor, PlanResult } from './plan-executor';
import type { PlanRun, PlanStep } from './plan-run';
import { typeRelations } from './type-relations';

/** Carries out plans, each of which is compiled when it is first asked for. */
export function compiledExecutor(supergraph: LoadedSupergraph, transports: ReadonlyMap<string, SubgraphTransport>): PlanExecutor {
  const parts = { schema: supergraph.apiSchema, transports, types: typeRelations(supergraph.fullSchema), keys: supergraph.entityKeys, requirements: supergraph.fieldRequirements, omitsNulls: supergraph.omitsNulls };
  const compiled = new WeakMap<PlannedOperation, PlanStep>();

  return (request) => {
    const { planned } = request;
    let step = compiled.get(planned);
    if (!step) compiled.set(planned, step = compilePlan(planned.plan, parts));
    const run: PlanRun = {
      planned,
      variables: request.variables,
      withDefaults: request.withDefaults,
      headers: request.headers,
      event: request.event,
      signal: request.signal,
      touched: request.touched,
      traces: request.traces,
      data: {},
      errors: [],
      absent: [],
      repeated: new Set(),
      shared: [],
    };
    return step(run)?.then(() => resultOf(run)) ?? resultOf(run);
  };
}

function resultOf({ data, errors, absent, repeated }: PlanRun): PlanResult {
  return { data, errors, absent, repeated };
}
