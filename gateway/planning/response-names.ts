import { Kind, print } from 'graphql';
import type { FieldNode, SelectionNode, SelectionSetNode } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';
import { responseName, typeNameField } from '../documents/selections';

/** Field names of a supergraph that a client's response names could be taken for. */
export interface SchemaNames {
  /** Of every field of every type, inaccessible ones too. */
  readonly fields: ReadonlySet<string>;
  /** Of fields with arguments that some `@requires` selects, perhaps with other arguments than a client does. */
  readonly requiredWithArguments: ReadonlySet<string>;
}

/** Under which name a field is planned and fetched. */
export interface ResponseNames {
  plannedName(field: FieldNode): string;
  /** The client's name for a planned one. */
  clientName(planned: string): string;
}

/** An operation as it is planned. */
export interface Plannable {
  /** Without fragments of its own, and without what the gateway knows by itself; undefined where nothing else is asked. */
  readonly operation: ClientOperation | undefined;
  readonly names: ResponseNames;
}

/**
 * Writes an operation such that the planner can't take one field for another: it adds keys and required fields under their own names, and puts together what has one response
 * name, be it in fragments on types that have nothing in common. So a response name that is some other field's, or that stands for several fields, is planned under a name of ours.
 */
export function plannable(client: ClientOperation, schema: SchemaNames): Plannable {
  const names = new PlannedNames(client, schema);
  const selectionSet = rewrite(client.operation.selectionSet, client, names, isOurs);
  if (!selectionSet) return { operation: undefined, names };
  return { operation: { operation: { ...client.operation, selectionSet }, fragments: new Map() }, names };
}

/** The root's own fields, which no subgraph is asked for. */
function isOurs({ name }: FieldNode): boolean {
  return name.value.startsWith('__');
}

/** Undefined for a selection of nothing. */
function rewrite(set: SelectionSetNode, client: ClientOperation, names: PlannedNames, leavesOut: (field: FieldNode) => boolean): SelectionSetNode | undefined {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) {
      if (leavesOut(selection)) return [];
      const planned = names.plannedName(selection);
      const alias = planned === selection.name.value ? undefined : { kind: Kind.NAME, value: planned } as const;
      const below = selection.selectionSet && (rewrite(selection.selectionSet, client, names, () => false) ?? { kind: Kind.SELECTION_SET, selections: [typeNameField] });
      return [{ ...selection, alias, selectionSet: below }];
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : client.fragments.get(selection.name.value);
    const inside = fragment && rewrite(fragment.selectionSet, client, names, leavesOut);
    return fragment && inside ? [{ kind: Kind.INLINE_FRAGMENT, typeCondition: fragment.typeCondition, directives: selection.directives, selectionSet: inside }] : [];
  });
  return selections.length === 0 ? undefined : { kind: Kind.SELECTION_SET, selections };
}

class PlannedNames implements ResponseNames {
  /** By response name, field and arguments. */
  private readonly planned = new Map<string, string>();
  private readonly client = new Map<string, string>();
  private readonly used: ReadonlySet<string>;

  constructor(operation: ClientOperation, private readonly schema: SchemaNames) {
    this.used = responseNames(operation);
  }

  plannedName(field: FieldNode): string {
    const name = responseName(field);
    const key = `${name}:${field.name.value}${field.arguments?.length ? `(${field.arguments.map(print).join(',')})` : ''}`;
    const known = this.planned.get(key);
    if (known !== undefined) return known;
    const planned = this.isAmbiguous(field, name) || this.client.has(name) ? this.freshName(name) : name;
    this.planned.set(key, planned);
    this.client.set(planned, name);
    return planned;
  }

  clientName(planned: string): string {
    return this.client.get(planned) ?? planned;
  }

  private isAmbiguous(field: FieldNode, name: string): boolean {
    return name === field.name.value ? this.schema.requiredWithArguments.has(name) : this.schema.fields.has(name);
  }

  private freshName(name: string): string {
    for (let number = 1; ; number += 1) {
      const fresh = `${name}__${number}`;
      if (!this.schema.fields.has(fresh) && !this.used.has(fresh) && !this.client.has(fresh)) return fresh;
    }
  }
}

function responseNames({ operation, fragments }: ClientOperation): ReadonlySet<string> {
  const names = new Set<string>();
  function add(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) names.add(responseName(selection));
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) add(selection.selectionSet);
    }
  }
  add(operation.selectionSet);
  for (const { selectionSet } of fragments.values()) add(selectionSet);
  return names;
}
