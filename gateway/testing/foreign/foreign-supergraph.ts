import type { SubgraphTypes } from './subgraph-types';

/** One thing that the data has: an entity, or a value of an object type. Custom scalars that are objects have no `__typename`. */
export interface Row {
  readonly __typename: string;
  /** Subgraphs that have never heard of it: there its entity is null. */
  readonly absentIn?: readonly string[];
  /** Subgraphs that answer its entity by an error with this code. */
  readonly failsIn?: Readonly<Record<string, string>>;
  [field: string]: unknown;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** What one field answers. `given` has the values of its @requires; a returned Error stands for a field or an item that fails. */
export interface FieldOf<Data> {
  resolve(row: Row, args: Arguments, data: Data, given: Given): unknown;
}

export type Given = Readonly<Record<string, unknown>>;

/** The data behind a supergraph: its subgraphs share it, so that what they answer together is what one schema would answer. */
export interface ForeignSupergraph<Data extends DataSet = DataSet> {
  readonly name: string;
  /** SDL by subgraph, without the @link to the federation specification. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Called for each operation anew: what a mutation changes, no other operation sees. */
  readonly data: () => Data;
  /** By `Type.field`; a field that is not here is what its row says. The root types have a row without fields. */
  readonly fields: Readonly<Record<string, FieldOf<Data>['resolve']>>;
  /** What an argument that comes by @fromContext is, by `Type.field`. */
  readonly contextual?: Readonly<Record<string, (row: Row) => Arguments>>;
  /** Values worth passing as arguments, by the name of their scalar. */
  readonly samples: Readonly<Record<string, readonly unknown[]>>;
}

/** Rows by which entities are found. */
export class DataSet {
  /** Whether a mutation has run: from then on what was fetched before need not be what is there. */
  isChanged = false;

  constructor(readonly rows: readonly Row[]) {}

  all(type: string): Row[] {
    return this.rows.filter(({ __typename }) => __typename === type);
  }

  find(type: string, id: unknown): Row | null {
    return this.rows.find((row) => row.__typename === type && row['id'] === id) ?? null;
  }

  /** The row with this id, of whichever type. */
  any(id: unknown): Row | null {
    return this.rows.find((row) => row['id'] === id) ?? null;
  }
}

/** A supergraph's data with what both sides of the comparison need to know about its types. */
export interface Domain {
  readonly supergraph: ForeignSupergraph;
  readonly subgraphs: readonly SubgraphTypes[];
  /** The interfaces that a type implements, in any subgraph. */
  readonly interfacesOf: ReadonlyMap<string, ReadonlySet<string>>;
}
