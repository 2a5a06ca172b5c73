import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphResult } from '../transport/subgraph-transport';
import type { Rewrite } from './rewrites';
import { isData, MalformedAnswer, readPath } from './subgraph-errors';

/** An error of one entity. */
export interface EntityError {
  readonly error: GraphQLFormattedError;
  /** Below the entity. */
  readonly path: readonly (string | number)[];
}

/** What a subgraph answered for representations, in their order. */
export type EntityAnswer =
  | {
    readonly kind: 'answered';
    /** An object, or null. */
    readonly entities: readonly unknown[];
    readonly errorsOf: ReadonlyMap<number, readonly EntityError[]>;
    /** Those that don't say of which entity they are. */
    readonly errors: readonly GraphQLFormattedError[];
  }
  | { readonly kind: 'failed'; readonly failure: unknown };

const noErrors: ReadonlyMap<number, readonly EntityError[]> = new Map();

interface Reading {
  readonly subgraph: string;
  /** How many were asked for. */
  readonly count: number;
  readonly rewrite: Rewrite | undefined;
  readonly renamed: ReadonlyMap<string, string>;
}

/** Reads the result of an `_entities` fetch. Whatever the subgraph sent, there is one entity or null for each that was asked for. */
export function readEntities(result: SubgraphResult, { subgraph, count, rewrite, renamed }: Reading): EntityAnswer {
  const errors = result.errors ?? [];
  const entities: unknown = result.data?.['_entities'];
  if (!Array.isArray(entities) || entities.length !== count) {
    if (errors.length === 0) return { kind: 'failed', failure: new MalformedAnswer(subgraph, problemOf(entities, count)) };
    return { kind: 'answered', entities: new Array<null>(count).fill(null), ...sorted(errors, count, renamed) };
  }
  rewrite?.(entities);
  return errors.length === 0 ? { kind: 'answered', entities, errorsOf: noErrors, errors } : { kind: 'answered', entities, ...sorted(errors, count, renamed) };
}

/** Something else than an object or null. */
export function isWrongEntity(entity: unknown): boolean {
  return entity !== null && !isData(entity);
}

function problemOf(entities: unknown, count: number): string {
  return Array.isArray(entities) ? `${entities.length} entities where ${count} were asked for` : 'no list of entities';
}

function sorted(errors: readonly GraphQLFormattedError[], count: number, renamed: ReadonlyMap<string, string>) {
  const errorsOf = new Map<number, EntityError[]>();
  const others: GraphQLFormattedError[] = [];
  for (const error of errors) {
    const [field, index, ...path] = readPath(error.path, renamed) ?? [];
    if (field !== '_entities' || typeof index !== 'number' || index >= count) {
      others.push(error);
      continue;
    }
    const same = errorsOf.get(index);
    if (same) same.push({ error, path });
    else errorsOf.set(index, [{ error, path }]);
  }
  return { errorsOf, errors: others };
}
