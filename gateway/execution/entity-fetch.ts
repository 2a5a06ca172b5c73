import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLError } from 'graphql';
import type { SubgraphResult } from '../transport/subgraph-transport';
import { compileContextValues } from './context-values';
import type { ContextValues } from './context-values';
import { DependentFields } from './dependent-fields';
import { isWrongEntity, readEntities } from './entity-answer';
import type { EntityAnswer } from './entity-answer';
import { failedRequirements } from './failed-requirements';
import type { FailedFields } from './failed-requirements';
import { compositesOf, merger } from './merge';
import type { Merger } from './merge';
import { locatePlaces, visitPlaces, visitWithAncestors } from './places';
import type { EntityPlaces, PlacePath } from './places';
import type { PlanParts } from './plan-parts';
import type { PlanRun, PlanStep } from './plan-run';
import { reasonsOf } from './reasons';
import { RepresentationShape } from './representation-shape';
import { Representations } from './representations';
import { compileRewrites, renamedKeys } from './rewrites';
import type { Rewrite } from './rewrites';
import { EntityAnswers } from './shared-entities';
import { SubgraphCall } from './subgraph-call';
import { failureAt, isData, MalformedAnswer, placedError, tell } from './subgraph-errors';

type Data = Record<string, unknown>;

interface EntityFetchParts extends PlanParts {
  readonly places: readonly EntityPlaces[];
  /** Number of the group of fetches that ask the same; undefined for one that is alone. */
  readonly group: number | undefined;
}

type Failed = ReadonlyMap<Data, FailedFields>;

/** A fetch of fields of entities that stand in the answer already. */
export class EntityFetch {
  private readonly call: SubgraphCall;
  private readonly shape: RepresentationShape;
  private readonly merger: Merger;
  private readonly before: Rewrite | undefined;
  private readonly after: Rewrite | undefined;
  private readonly renamed: ReadonlyMap<string, string>;
  private readonly contextOf: ContextValues | undefined;
  private readonly dependents: DependentFields;

  constructor(node: FetchNode, private readonly parts: EntityFetchParts) {
    const { transports, types, keys, requirements } = parts;
    this.call = new SubgraphCall(node, transports);
    this.shape = new RepresentationShape(node.requires ?? [], types, (type, fields) => keys.suffice(node.serviceName, type, fields));
    this.renamed = renamedKeys(node.outputRewrites);
    this.dependents = new DependentFields(this.call.document, { subgraph: node.serviceName, requirements, types, renamed: this.renamed });
    this.before = compileRewrites(node.inputRewrites, types);
    this.after = compileRewrites(node.outputRewrites, types);
    this.merger = merger(compositesOf(this.call.document, this.renamed).get('_entities') ?? new Map(), types);
    this.contextOf = node.contextRewrites?.length ? compileContextValues(node.contextRewrites, types) : undefined;
  }

  readonly step: PlanStep = (run) => {
    if (this.contextOf) return this.stepWithContext(run, this.contextOf);
    const representations = this.representations(run, this.failed(run), this.lacking(run));
    for (const place of this.parts.places) visitPlaces(run.data, place.path, run.repeated, representations.visitor(place));
    return this.ask(run, representations, undefined);
  };

  /** One request for each set of values that the context has. */
  private stepWithContext(run: PlanRun, contextOf: ContextValues): Promise<void> | undefined {
    const [failed, isLacking] = [this.failed(run), this.lacking(run)];
    const byContext = new Map<string, { readonly representations: Representations; readonly own: Data }>();
    for (const { path, type } of this.parts.places) {
      visitWithAncestors(run.data, path, (object, ancestors) => {
        const own = contextOf(object, ancestors);
        const key = JSON.stringify(own);
        let group = byContext.get(key);
        if (!group) byContext.set(key, group = { representations: this.representations(run, failed, isLacking), own });
        group.representations.visitor({ type, mayShare: false })(object, {}, '');
      });
    }
    const requests = [...byContext.values()].flatMap(({ representations, own }) => this.ask(run, representations, own) ?? []);
    return requests.length === 0 ? undefined : Promise.all(requests).then(() => undefined);
  }

  private representations({ repeated }: PlanRun, failed: Failed | undefined, isLacking: (object: Data) => boolean): Representations {
    return new Representations(this.shape, { repeated, isLacking, failed });
  }

  /** Of which objects something that is required failed, and what depends on it; undefined where nothing did, as nearly always. */
  private failed(run: PlanRun): Failed | undefined {
    if (!this.dependents.exist || (run.errors.length === 0 && run.absent.length === 0)) return undefined;
    const failed = failedRequirements(run, this.parts.places, this.dependents, this.parts.types);
    return failed.size === 0 ? undefined : failed;
  }

  private ask(run: PlanRun, representations: Representations, own: Data | undefined): Promise<void> | undefined {
    if (representations.incomplete.length > 0) this.noteAbsent(run, new Set(representations.incomplete));
    return representations.list.length === 0 ? undefined : this.fetch(run, representations, own);
  }

  private async fetch(run: PlanRun, representations: Representations, own: Data | undefined): Promise<void> {
    const { touched } = run;
    if (touched) for (const representation of representations.list) touched.add(`${this.call.subgraph} ${JSON.stringify(representation)}`);
    if (this.parts.group === undefined) {
      this.absorb(run, representations, await this.request(run, representations.list, own), 'own');
      return;
    }
    const answers = run.shared[this.parts.group] ??= new EntityAnswers();
    for (const answer of await answers.about(representations.list, (fresh) => this.request(run, fresh, own))) this.absorb(run, representations, answer, 'copied');
  }

  private async request(run: PlanRun, representations: readonly Data[], own: Data | undefined): Promise<EntityAnswer> {
    const { before, renamed, after: rewrite, call: { subgraph } } = this;
    let result: SubgraphResult;
    try {
      // What is rewritten was made for this request alone, but by its own key an entity is known for longer.
      const sent = before ? representations.map((representation) => ({ ...representation })) : representations;
      before?.(sent);
      result = await this.call.send(run, { ...own, representations: sent });
    } catch (failure) {
      return { kind: 'failed', failure };
    }
    return readEntities(result, { subgraph, count: representations.length, rewrite, renamed });
  }

  private absorb(run: PlanRun, { targets, slots, failed }: Representations, answer: EntityAnswer, mode: 'own' | 'copied'): void {
    if (answer.kind === 'failed') {
      this.tellEverywhere(run, (path) => failureAt(answer.failure, this.call.subgraph, path));
      return;
    }
    const { entities, errorsOf, errors } = answer;
    for (const error of errors) this.tellEverywhere(run, (path) => placedError(error, this.call.subgraph, path));
    const merged = new Uint8Array(entities.length);
    let isWhole = errorsOf.size === 0;
    for (let index = 0; index < targets.length; index += 1) {
      const slot = slots[index] ?? 0;
      const entity = entities[slot];
      const target = targets[index];
      if (isData(entity) && target) {
        if (mode === 'own' && merged[slot] === 0) this.merger.merge(target, entity);
        else this.merger.mergeCopy(target, entity);
        merged[slot] = 1;
      } else if (entity !== undefined) {
        isWhole = false;
      }
    }
    for (const [object, { names }] of failed ?? []) for (const name of names) Reflect.deleteProperty(object, name);
    if (!isWhole) this.tellOfParts(run, answer, new Map(targets.map((target, index) => [target, slots[index] ?? 0])), failed);
  }

  /** Places of entities that are missing or have errors: each is told at all of its places. */
  private tellOfParts(run: PlanRun, { entities, errorsOf }: Extract<EntityAnswer, { kind: 'answered' }>, slotOf: ReadonlyMap<Data, number>, failed: Failed | undefined): void {
    const { subgraph } = this.call;
    for (const { path } of this.parts.places) {
      locatePlaces(run.data, path, (object, place) => {
        const slot = slotOf.get(object);
        if (slot === undefined) return;
        const known = failed?.get(object)?.names;
        const errors = errorsOf.get(slot) ?? [];
        for (const { error, path: below } of errors) if (!known?.has(String(below[0]))) tell(run, placedError(error, subgraph, [...place, ...below]));
        const entity = entities[slot];
        if (entity === undefined) return;
        if (isWrongEntity(entity)) tell(run, failureAt(new MalformedAnswer(subgraph, 'an entity that is no object'), subgraph, place));
        else if (entity === null && errors.length === 0) run.absent.push(place);
      });
    }
  }

  /** Says of objects here whether something went wrong at them before. */
  private lacking(run: PlanRun): (object: Data) => boolean {
    let lacking: Set<Data> | undefined;
    return (object) => {
      if (run.errors.length === 0 && run.absent.length === 0) return false;
      if (!lacking) {
        const objects = lacking = new Set<Data>();
        const reasons = reasonsOf(run);
        for (const { path } of this.parts.places) {
          locatePlaces(run.data, path, (located, place) => {
            if (reasons.accountFor(place)) objects.add(located);
          });
        }
      }
      return lacking.has(object);
    };
  }

  private noteAbsent(run: PlanRun, objects: ReadonlySet<Data>): void {
    for (const { path } of this.parts.places) {
      locatePlaces(run.data, path, (object, place) => {
        if (objects.has(object)) run.absent.push(place);
      });
    }
  }

  private tellEverywhere(run: PlanRun, errorAt: (path: PlacePath) => GraphQLError): void {
    for (const { path } of this.parts.places) tell(run, errorAt(path));
  }
}
