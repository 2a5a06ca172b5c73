import { GraphQLError, valueFromASTUntyped } from 'graphql';
import type { FieldNode, SelectionSetNode } from 'graphql';
import type { Arguments, DataSet, Domain, Given, Row } from './foreign-supergraph';
import { selectedFields } from './subgraph-types';
import type { SubgraphField, SubgraphTypes } from './subgraph-types';

/** The code of an error where a subgraph without knowledge of an entity would have had to answer what may not be null. */
export const absentCode = 'ABSENT';
/** Codes of errors that concern an entity as a whole begin so. */
export const entityErrorPrefix = 'ENTITY_';

interface Owner {
  readonly subgraph: SubgraphTypes;
  readonly field: SubgraphField;
}

/** What the rows answer, whoever asks. */
export class RowValues {
  private readonly ownersOf = new Map<string, readonly Owner[]>();

  constructor(private readonly domain: Domain) {}

  isOfType(row: Row, type: string): boolean {
    return row.__typename === type || (this.domain.interfacesOf.get(row.__typename)?.has(type) ?? false);
  }

  /** What the field answers, given what its @requires says. */
  valueOf(row: Row, name: string, args: Arguments, data: DataSet, given: Given): unknown {
    this.refuseUnreachable(row, name);
    if (row.__typename === 'Mutation') data.isChanged = true;
    const { fields } = this.domain.supergraph;
    for (const type of this.typesOf(row)) {
      const resolve = fields[`${type}.${name}`];
      if (resolve) return failed(resolve(row, args, data, given));
    }
    return failed(row[name] ?? null);
  }

  /** The same, with nothing given: what is required is looked up. */
  wholeValueOf(row: Row, name: string, args: Arguments, data: DataSet): unknown {
    const { contextual } = this.domain.supergraph;
    const requires = this.owners(row, name).map(({ field }) => field.requires).find((set) => set !== undefined);
    const context = contextual?.[`${row.__typename}.${name}`]?.(row) ?? {};
    return this.valueOf(row, name, { ...args, ...context }, data, requires ? this.selected(row, requires, data) : {});
  }

  /** A set of fields as it stands in a representation. */
  selected(row: Row, set: SelectionSetNode, data: DataSet): Record<string, unknown> {
    return Object.fromEntries(selectedFields(set, (type) => this.isOfType(row, type)).map((field) => [field.name.value, this.selectedField(row, field, data)]));
  }

  private selectedField(row: Row, { name, arguments: args, selectionSet }: FieldNode, data: DataSet): unknown {
    if (name.value === '__typename') return row.__typename;
    const defaults = this.owners(row, name.value)[0]?.field.defaults ?? {};
    const given = Object.fromEntries((args ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]));
    const below = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(below);
      return selectionSet && isRow(value) ? this.selected(value, selectionSet, data) : value;
    };
    return below(this.wholeValueOf(row, name.value, { ...defaults, ...given }, data));
  }

  /** The subgraphs that resolve a field of this row by themselves. */
  private owners(row: Row, name: string): readonly Owner[] {
    const key = `${row.__typename}.${name}`;
    let owners = this.ownersOf.get(key);
    if (!owners) {
      for (const type of this.typesOf(row)) {
        owners = this.domain.subgraphs.flatMap((subgraph) => {
          const field = subgraph.types.get(type)?.fields.get(name);
          return field && !field.isExternal ? [{ subgraph, field }] : [];
        });
        if (owners.length > 0) break;
      }
      this.ownersOf.set(key, owners ??= []);
    }
    return owners;
  }

  /** Whose subgraph does not know of it, or fails on it. */
  private refuseUnreachable(row: Row, name: string): void {
    const { absentIn, failsIn } = row;
    if (!absentIn && !failsIn) return;
    const owners = this.owners(row, name).map(({ subgraph }) => subgraph.name);
    const code = failsIn && owners.length === 1 ? failsIn[owners[0] ?? ''] : undefined;
    if (code !== undefined) throw new GraphQLError(`The entity fails`, { extensions: { code } });
    if (absentIn && owners.length > 0 && owners.every((owner) => absentIn.includes(owner))) throw new AbsentEntity();
  }

  private typesOf({ __typename }: Row): string[] {
    return [__typename, ...this.domain.interfacesOf.get(__typename) ?? []];
  }
}

/** Thrown for a field of an entity that its subgraph does not know: null where that is allowed. */
export class AbsentEntity extends GraphQLError {
  constructor() {
    super('There is no such entity', { extensions: { code: absentCode } });
  }
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && '__typename' in value;
}

function failed(value: unknown): unknown {
  if (value instanceof Error) throw value;
  return value;
}
