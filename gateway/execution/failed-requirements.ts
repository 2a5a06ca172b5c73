import { GraphQLError, Kind } from 'graphql';
import type { SelectionSetNode } from 'graphql';
import type { DependentFields } from './dependent-fields';
import { locatePlaces } from './places';
import type { EntityPlaces } from './places';
import type { PlanRun } from './plan-run';
import { reasonsOf } from './reasons';
import type { ResponsePath } from './response-path';
import { tell } from './subgraph-errors';
import type { TypeRelations } from './type-relations';

type Data = Record<string, unknown>;

/** Fields of one entity whose requirements could not be had. */
export interface FailedFields {
  readonly names: ReadonlySet<string>;
  /** Whether the fetch asks anything else of the entity. */
  readonly areAll: boolean;
}

/**
 * Where a required field failed, the fields that depend on it have failed as well: their subgraph would work them out from a null that means something else. The client, who did
 * not ask for the required field, is told so at those that it asked for. Where what is required is rightly missing, so are they.
 */
export function failedRequirements(run: PlanRun, places: readonly EntityPlaces[], dependents: DependentFields, types: TypeRelations): ReadonlyMap<Data, FailedFields> {
  const failed = new Map<Data, FailedFields>();
  const errors = new ErrorTree();
  for (const error of run.errors) errors.add(error);
  const reasons = reasonsOf(run);

  for (const { path, type: known } of places) {
    locatePlaces(run.data, path, (object, place) => {
      const type = object['__typename'] ?? known;
      const { dependent, areAll } = dependents.of(typeof type === 'string' ? type : '');
      if (dependent.length === 0 || !reasons.accountFor(place)) return;
      const branches = errors.at(place);
      const names = new Set<string>();
      for (const { name, requires } of dependent) {
        const error = errorWithin(branches, requires);
        if (error) tell(run, errorAt(error, [...place, name]));
        else if (isMissing(object, requires, types, type)) run.absent.push([...place, name]);
        else continue;
        names.add(name);
      }
      if (names.size > 0) failed.set(object, { names, areAll: areAll && names.size === dependent.length });
    });
  }
  return failed;
}

function errorAt({ message, extensions, originalError }: GraphQLError, path: ResponsePath): GraphQLError {
  return new GraphQLError(message, { path, extensions, originalError });
}

/** The first error at one of these fields, or below it at what is selected there. */
function errorWithin(branches: readonly Branch[], { selections }: SelectionSetNode): GraphQLError | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const error = errorWithin(branches, selection.selectionSet);
      if (error) return error;
      continue;
    }
    const below = branches.flatMap((branch) => branch.next.get(selection.name.value) ?? []).flatMap(withItems);
    const own = below.find(({ error }) => error)?.error ?? (selection.selectionSet && errorWithin(below, selection.selectionSet));
    if (own) return own;
  }
  return undefined;
}

/** `known`: of what type the value is, where that is known otherwise than by what it says. */
function isMissing(value: unknown, set: SelectionSetNode, types: TypeRelations, known?: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => isMissing(item, set, types));
  if (typeof value !== 'object' || value === null) return false;
  const object = value as Data;
  return set.selections.some((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return false;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const [condition, type] = [selection.typeCondition?.name.value, object['__typename'] ?? known];
      return (condition === undefined || (typeof type === 'string' && types.isOfType(type, condition))) && isMissing(object, selection.selectionSet, types, type);
    }
    const inner = object[selection.name.value];
    return inner === undefined || (selection.selectionSet !== undefined && isMissing(inner, selection.selectionSet, types));
  });
}

interface Branch {
  readonly next: Map<string | number, Branch>;
  error: GraphQLError | undefined;
}

/** Errors by their paths. */
class ErrorTree {
  private readonly root: Branch = { next: new Map(), error: undefined };

  add(error: GraphQLError): void {
    let branch = this.root;
    for (const step of error.path ?? []) {
      let next = branch.next.get(step);
      if (!next) branch.next.set(step, next = { next: new Map(), error: undefined });
      branch = next;
    }
    branch.error ??= error;
  }

  /** What is below a place: by its whole path, and by the path without list indices, under which errors hold for all items. */
  at(place: ResponsePath): Branch[] {
    const paths = place.some((step) => typeof step === 'number') ? [place, place.filter((step) => typeof step === 'string')] : [place];
    return paths.flatMap((path) => path.reduce<Branch | undefined>((branch, step) => branch?.next.get(step), this.root) ?? []);
  }
}

/** With those of a list's items. */
function withItems(branch: Branch): Branch[] {
  return [branch, ...[...branch.next].flatMap(([step, item]) => (typeof step === 'number' ? withItems(item) : []))];
}
