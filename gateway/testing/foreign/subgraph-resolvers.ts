import { isDeepStrictEqual } from 'node:util';
import { GraphQLError, Kind } from 'graphql';
import type { SelectionSetNode } from 'graphql';
import type { Resolvers } from '../subgraph-schema';
import type { Arguments, DataSet, Domain, Given, Row } from './foreign-supergraph';
import { AbsentEntity, isRow, RowValues } from './row-values';
import { selectedFields } from './subgraph-types';
import type { SubgraphField, SubgraphType, SubgraphTypes } from './subgraph-types';

/** A row as one subgraph has come by it. */
interface Seen {
  readonly __typename: string;
  readonly row: Row;
  /** The representation that it was asked for by. */
  readonly representation: Given | undefined;
  /** What the field that led to it provides, beyond what the subgraph has itself. */
  readonly provided: SelectionSetNode | undefined;
}

/**
 * A subgraph on the common data that holds the gateway to what subgraphs may expect: a field with @requires is answered from what the
 * representation has, which must be right, and a field that is external is answered only where it is provided, or part of a key.
 */
export function subgraphResolvers(domain: Domain, subgraph: SubgraphTypes, data: () => DataSet): Resolvers {
  const values = new RowValues(domain);

  function find(type: SubgraphType, representation: Given): Seen | null {
    const key = type.keys.find((set) => covers(representation, set));
    if (!key) throw new GraphQLError(`The representation ${JSON.stringify(representation)} has no key of ${type.name}`, { extensions: { code: 'NO_KEY' } });
    const row = data().rows.find((candidate) => values.isOfType(candidate, type.name) && matches(values.selected(candidate, key, data()), representation));
    if (!row) throw new GraphQLError(`Nothing is ${JSON.stringify(representation)}`, { extensions: { code: 'NO_SUCH_ENTITY' } });
    const code = row.failsIn?.[subgraph.name];
    if (code !== undefined) throw new GraphQLError('The entity fails', { extensions: { code } });
    return row.absentIn?.includes(subgraph.name) ? null : seen(row, type.name, representation, undefined);
  }

  function seen(row: Row, type: string, representation: Given | undefined, provided: SelectionSetNode | undefined): Seen {
    return { __typename: subgraph.types.has(row.__typename) ? row.__typename : type, row, representation, provided };
  }

  function resolve(type: SubgraphType, field: SubgraphField, parent: unknown, args: Arguments): unknown {
    const { row, representation, provided } = isSeen(parent) ? parent : { row: { __typename: type.name }, representation: undefined, provided: undefined };
    const below = provided && selectedFields(provided, (name) => values.isOfType(row, name)).find(({ name }) => name.value === field.name);
    if (field.isExternal && !below && !type.keys.some((key) => names(key).has(field.name))) {
      throw new GraphQLError(`${subgraph.name} does not resolve ${type.name}.${field.name}`, { extensions: { code: 'EXTERNAL' } });
    }
    const value = field.requires
      ? values.valueOf(row, field.name, args, data(), checkRequired(row, field.requires, representation))
      : field.isExternal || field.isContextual ? values.valueOf(row, field.name, args, data(), {}) : values.wholeValueOf(row, field.name, args, data());
    return wrap(value, field.provides ?? below?.selectionSet);
  }

  function checkRequired(row: Row, set: SelectionSetNode, representation: Given | undefined): Given {
    const expected = values.selected(row, set, data());
    const given = representation ?? {};
    if (!(data().isChanged ? covers(given, set) : matches(expected, given))) {
      throw new GraphQLError(`${row.__typename} needs ${JSON.stringify(expected)}, was given ${JSON.stringify(given)}`, { extensions: { code: 'REQUIRED' } });
    }
    return given;
  }

  function wrap(value: unknown, provided: SelectionSetNode | undefined): unknown {
    if (Array.isArray(value)) return value.map((item) => wrap(item, provided));
    return isRow(value) ? seen(value, staticType(value), undefined, provided) : value;
  }

  /** The type by which this subgraph knows rows whose own type it doesn't: an interface as one object type. */
  function staticType(row: Row): string {
    return [...domain.interfacesOf.get(row.__typename) ?? []].find((name) => subgraph.types.get(name)?.kind === 'object') ?? row.__typename;
  }

  return Object.fromEntries([...subgraph.types].map(([name, type]) => [name, {
    ...(type.kind === 'object' ? Object.fromEntries([...type.fields.values()].map((field) => [field.name, nullIfAbsent((parent, args) => resolve(type, field, parent, args))])) : {}),
    ...(type.keys.length > 0 ? { __resolveReference: async (representation: Given) => Promise.resolve(find(type, representation)) } : {}),
  }]));
}

function nullIfAbsent(resolve: (parent: unknown, args: Arguments) => unknown) {
  return (parent: unknown, args: Arguments): unknown => {
    try {
      return resolve(parent, args);
    } catch (error) {
      if (error instanceof AbsentEntity) return null;
      throw error;
    }
  };
}

function isSeen(value: unknown): value is Seen {
  return typeof value === 'object' && value !== null && 'row' in value && 'provided' in value;
}

function names(set: SelectionSetNode): ReadonlySet<string> {
  return new Set(set.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : [])));
}

/** Whether every field of the set stands in `given`; null has all. */
function covers(given: unknown, set: SelectionSetNode): boolean {
  if (given === null) return true;
  if (Array.isArray(given)) return given.every((item) => covers(item, set));
  return set.selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return true;
    if (typeof given !== 'object') return false;
    const value: unknown = (given as Given)[selection.name.value];
    return value !== undefined && (!selection.selectionSet || covers(value, selection.selectionSet));
  });
}

/** Whether all of `expected` stands in `given`, which may have more. */
function matches(expected: unknown, given: unknown): boolean {
  if (Array.isArray(expected)) {
    return Array.isArray(given) && given.length === expected.length && expected.every((item, index) => matches(item, given[index]));
  }
  if (typeof expected === 'object' && expected !== null && typeof given === 'object' && given !== null) {
    return Object.entries(expected).every(([name, value]) => matches(value, (given as Given)[name]));
  }
  return isDeepStrictEqual(expected, given);
}
