import type { FetchNode } from '@apollo/query-planner';
import { parse } from 'graphql';
import type { LeanPlan } from '../planning/lean-plan';
import { EntityFetch } from './entity-fetch';
import { compositesOf } from './merge';
import type { Composites } from './merge';
import type { PlacePath } from './places';
import { isDataNull } from './null-data';
import { executionNode, fetchesOf, fetchIdentity, mayBeShared } from './plan-nodes';
import type { ExecutionNode } from './plan-nodes';
import type { PlanParts } from './plan-parts';
import type { PlanRun, PlanStep } from './plan-run';
import { renamedKeys } from './rewrites';
import { RootFetch } from './root-fetch';
import { failureAt } from './subgraph-errors';

const nothing: PlanStep = () => undefined;

/** Makes of a plan what is run for each request: everything that depends on the plan alone is worked out here. */
export function compilePlan({ node, typeAt }: LeanPlan, parts: PlanParts): PlanStep {
  if (!node) return nothing;
  if (node.kind !== 'Subscription') return new PlanCompiler(executionNode(node), typeAt, parts).compile();
  const primary = new RootFetch(node.primary, [], parts);
  const rest = node.rest ? new PlanCompiler(executionNode(node.rest), typeAt, parts, node.primary).compile() : nothing;
  return (run) => {
    if (!run.event) throw new Error('A subscription is run for its events');
    primary.absorbEvent(run, run.event);
    return rest(run);
  };
}

class PlanCompiler {
  private readonly groups = new Map<string, number>();
  private readonly supplies: readonly { readonly paths: readonly PlacePath[]; readonly composites: Composites }[];
  private readonly hasContext: boolean;
  /** The root fields of a mutation that are fetched before whatever is compiled next. */
  private readonly mutated = new Set<string>();

  constructor(private readonly plan: ExecutionNode, private readonly typeAt: LeanPlan['typeAt'], private readonly parts: PlanParts, primary?: FetchNode) {
    const fetches = fetchesOf(plan);
    this.hasContext = fetches.some(({ fetch }) => fetch.contextRewrites?.length);
    this.supplies = [...(primary ? [{ fetch: primary, paths: [[]] }] : []), ...fetches].map(({ fetch, paths }) => ({ paths, composites: suppliedBy(fetch) }));
    this.findGroups(fetches.map(({ fetch }) => fetch));
  }

  compile(): PlanStep {
    return this.stepOf(this.plan);
  }

  /** A mutation's fetches may each see another state, so there nothing is shared over time. */
  private findGroups(fetches: readonly FetchNode[]): void {
    if (fetches.some(({ operationKind }) => operationKind === 'mutation')) return;
    const counts = new Map<string, number>();
    for (const fetch of fetches) {
      if (!mayBeShared(fetch)) continue;
      const identity = fetchIdentity(fetch);
      const count = (counts.get(identity) ?? 0) + 1;
      counts.set(identity, count);
      if (count === 2) this.groups.set(identity, this.groups.size);
    }
  }

  private stepOf(node: ExecutionNode): PlanStep {
    switch (node.kind) {
      case 'sequence':
        return inSequence(node.nodes.map((inner) => this.stepOf(inner)));
      case 'parallel':
        return this.parallelStep(node.nodes);
      case 'condition':
        return onCondition(node.variable, node.whenTrue && this.stepOf(node.whenTrue), node.whenFalse && this.stepOf(node.whenFalse));
      case 'fetch':
        return contained(this.fetchStep(node.fetch, node.paths), node);
    }
  }

  /** The planner does not always see that a fetch waits for the value of its context, which a sibling brings. */
  private parallelStep(nodes: readonly ExecutionNode[]): PlanStep {
    const needsContext = (node: ExecutionNode): boolean => fetchesOf(node).some(({ fetch }) => fetch.contextRewrites?.length);
    const steps = (some: readonly ExecutionNode[]): PlanStep => inParallel(some.map((node) => this.stepOf(node)));
    const [first, then] = [nodes.filter((node) => !needsContext(node)), nodes.filter(needsContext)];
    return first.length === 0 || then.length === 0 ? steps(nodes) : inSequence([steps(first), steps(then)]);
  }

  private fetchStep(fetch: FetchNode, paths: readonly PlacePath[]): PlanStep {
    if (fetch.operationKind === 'mutation') return this.mutationStep(fetch);
    if (!fetch.requires) return inParallel(paths.map((path) => new RootFetch(fetch, path, this.parts).step));
    const places = paths.map((path) => ({ path, type: this.typeAt(path), mayShare: this.mayShare(path) }));
    return new EntityFetch(fetch, { ...this.parts, places, group: this.groups.size === 0 ? undefined : this.groups.get(fetchIdentity(fetch)) }).step;
  }

  /** A mutation's fields are carried out one after the other, up to one that makes all data null: what the client is told failed has then changed no more. */
  private mutationStep(node: FetchNode): PlanStep {
    const fetch = new RootFetch(node, [], this.parts);
    const before = new Set(this.mutated);
    for (const name of fetch.rootNames) this.mutated.add(name);
    if (before.size === 0) return fetch.step;
    return (run) => {
      if (!isDataNull(run.planned.operation, run.data, before, this.parts)) return fetch.step(run);
      fetch.skip(run);
      return undefined;
    };
  }

  /** Where one fetch alone brings the objects, those that look alike stay alike; with a context even the same entity is not the same everywhere. */
  private mayShare(path: PlacePath): boolean {
    if (this.hasContext || path.length === 0) return false;
    const suppliers = this.supplies.filter(({ paths, composites }) => paths.some((from) => reaches(from, composites, path)));
    return suppliers.length === 1;
  }
}

function suppliedBy(fetch: FetchNode): Composites {
  const composites = compositesOf(fetch.operationDocumentNode ?? parse(fetch.operation), renamedKeys(fetch.outputRewrites));
  return fetch.requires ? composites.get('_entities') ?? new Map() : composites;
}

function reaches(from: PlacePath, composites: Composites, path: PlacePath): boolean {
  if (from.length >= path.length || from.some((step, index) => step !== path[index])) return false;
  let below: Composites | undefined = composites;
  for (const step of path.slice(from.length)) below = below?.get(step);
  return below !== undefined;
}

/**
 * What comes nested deeper than the stack can make any step throw. That is told where its part of the answer is missing, and leaves neither the others' parts
 * behind nor their requests without anybody who hears of them.
 */
function contained(step: PlanStep, { fetch, paths }: Extract<ExecutionNode, { kind: 'fetch' }>): PlanStep {
  const tell = (run: PlanRun, error: unknown): void => {
    for (const path of paths) run.errors.push(failureAt(error, fetch.serviceName, path.length === 0 ? undefined : path));
  };
  return (run) => {
    try {
      return step(run)?.catch((error: unknown) => tell(run, error));
    } catch (error) {
      return void tell(run, error);
    }
  };
}

function inSequence(steps: readonly PlanStep[]): PlanStep {
  const [only, ...others] = steps;
  if (only && others.length === 0) return only;
  return async (run) => {
    for (const step of steps) {
      const pending = step(run);
      if (pending) await pending;
    }
  };
}

function inParallel(steps: readonly PlanStep[]): PlanStep {
  const [only, ...others] = steps;
  if (only && others.length === 0) return only;
  return (run) => {
    const pending: Promise<void>[] = [];
    for (const step of steps) {
      const one = step(run);
      if (one) pending.push(one);
    }
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
  };
}

function onCondition(variable: string, whenTrue: PlanStep | undefined, whenFalse: PlanStep | undefined): PlanStep {
  return (run: PlanRun) => (run.withDefaults[variable] === true ? whenTrue : whenFalse)?.(run);
}
