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
  const fields = new Map<string, FieldNode>();
  for (const field of rootFields(client.operation.selectionSet, client)) {
    // These no subgraph is asked for.
    if (field.name.value.startsWith('__')) continue;
    const planned = rewriteField(field, client, names);
    const name = responseName(planned);
    const before = fields.get(name);
    fields.set(name, before ? withSelections(before, [...selectionsOf(before), ...selectionsOf(planned)]) : planned);
  }
  if (fields.size === 0) return { operation: undefined, names };
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [...fields.values()] };
  return { operation: { operation: { ...client.operation, selectionSet }, fragments: new Map() }, names };
}

/** In the order of the answer: a mutation's are carried out so, and the planner keeps to it only where it sees no fragments. */
function rootFields({ selections }: SelectionSetNode, client: ClientOperation): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : client.fragments.get(selection.name.value);
    return fragment ? rootFields(fragment.selectionSet, client) : [];
  });
}

function rewriteField(field: FieldNode, client: ClientOperation, names: PlannedNames): FieldNode {
  const planned = names.plannedName(field);
  const renamed: FieldNode = { ...field, alias: planned === field.name.value ? undefined : { kind: Kind.NAME, value: planned } };
  if (!field.selectionSet) return renamed;
  const selections = rewrite(field.selectionSet, client, names);
  const isTypeAsked = selections.length === 0 || asksForType(field.selectionSet, client);
  return withSelections(renamed, isTypeAsked ? [typeNameField, ...selections] : selections);
}

/** The planner can't always find a way to the type of a value where that is asked in a fragment; of the value itself it can. */
function asksForType({ selections }: SelectionSetNode, client: ClientOperation): boolean {
  return selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return isTypeName(selection);
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : client.fragments.get(selection.name.value);
    return fragment !== undefined && asksForType(fragment.selectionSet, client);
  });
}

function isTypeName({ name }: FieldNode): boolean {
  return name.value === '__typename';
}

function rewrite({ selections }: SelectionSetNode, client: ClientOperation, names: PlannedNames): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return isTypeName(selection) ? [] : [rewriteField(selection, client, names)];
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : client.fragments.get(selection.name.value);
    const inside = fragment ? rewrite(fragment.selectionSet, client, names) : [];
    if (!fragment || inside.length === 0) return [];
    return [{ kind: Kind.INLINE_FRAGMENT, typeCondition: fragment.typeCondition, directives: selection.directives, selectionSet: { kind: Kind.SELECTION_SET, selections: inside } }];
  });
}

function selectionsOf({ selectionSet }: FieldNode): readonly SelectionNode[] {
  return selectionSet?.selections ?? [];
}

function withSelections(field: FieldNode, selections: readonly SelectionNode[]): FieldNode {
  return selections.length === 0 ? field : { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } };
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
