import type { FetchNode } from '@apollo/query-planner';
import { Kind } from 'graphql';
import type { DocumentNode } from 'graphql';
import type { SubgraphResult } from '../transport/subgraph-transport';
import { compositesOf, merger } from './merge';
import type { Merger } from './merge';
import { visitPlaces } from './places';
import type { PlacePath } from './places';
import type { PlanRun, PlanStep } from './plan-run';
import type { PlanParts } from './plan-parts';
import { compileRewrites, renamedKeys } from './rewrites';
import type { Rewrite } from './rewrites';
import { failureAt, isData, MalformedAnswer, placedError, readPath, tell } from './subgraph-errors';
import { SubgraphCall } from './subgraph-call';

/** A fetch of root fields, for the root of the answer or for objects that have a field of the root's type. */
export class RootFetch {
  private readonly call: SubgraphCall;
  private readonly merger: Merger;
  private readonly rewrite: Rewrite | undefined;
  private readonly renamed: ReadonlyMap<string, string>;
  /** As they stand in the answer. */
  readonly rootNames: readonly string[];

  constructor(node: FetchNode, private readonly path: PlacePath, { transports, types }: PlanParts) {
    this.call = new SubgraphCall(node, transports);
    this.renamed = renamedKeys(node.outputRewrites);
    this.rewrite = compileRewrites(node.outputRewrites, types);
    this.rootNames = rootNamesOf(this.call.document).map((name) => this.renamed.get(name) ?? name);
    this.merger = merger(compositesOf(this.call.document, this.renamed), types);
  }

  readonly step: PlanStep = (run) => {
    if (this.path.length === 0) return this.ask(run, [run.data]);
    const targets = new Set<Record<string, unknown>>();
    visitPlaces(run.data, this.path, run.repeated, (object) => targets.add(object));
    return targets.size === 0 ? undefined : this.ask(run, [...targets]);
  };

  /** An event, in place of an answer. It may be told to others as well, and is left as it is. */
  absorbEvent(run: PlanRun, event: SubgraphResult): void {
    this.absorb(run, event, [run.data], 'copied');
  }

  /** In place of asking: nothing of it is missing. */
  skip(run: PlanRun): void {
    for (const name of this.rootNames) run.absent.push([name]);
  }

  private async ask(run: PlanRun, targets: readonly Record<string, unknown>[]): Promise<void> {
    let result: SubgraphResult;
    try {
      result = await this.call.send(run);
    } catch (error) {
      tell(run, failureAt(error, this.call.subgraph, this.path.length === 0 ? undefined : this.path));
      return;
    }
    this.absorb(run, result, targets, targets.length > 1 ? 'copied' : 'own');
  }

  private absorb(run: PlanRun, { data, errors }: SubgraphResult, targets: readonly Record<string, unknown>[], mode: 'own' | 'copied'): void {
    const { subgraph } = this.call;
    for (const error of errors ?? []) {
      const path = readPath(error.path, this.renamed);
      tell(run, placedError(error, subgraph, path ? [...this.path, ...path] : undefined));
    }
    if (!isData(data)) {
      if ((errors ?? []).length === 0) tell(run, failureAt(new MalformedAnswer(subgraph, 'neither data nor an error'), subgraph, undefined));
      // One field took the others with it, which did not fail themselves.
      if (this.path.length === 0) this.skip(run);
      return;
    }
    this.rewrite?.(data);
    for (const target of targets) {
      if (mode === 'own') this.merger.merge(target, data);
      else this.merger.mergeCopy(target, data);
    }
  }
}

/** A planner writes root fields without fragments around them. */
function rootNamesOf({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? node.selectionSet.selections : []))
    .flatMap((selection) => (selection.kind === Kind.FIELD ? selection.alias?.value ?? selection.name.value : []));
}
