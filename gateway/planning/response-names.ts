import { Kind } from 'graphql';
import type { FieldNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';
import { responseName } from '../documents/selections';

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

const unchanged: ResponseNames = { plannedName: responseName, clientName: (planned) => planned };

/**
 * The planner adds keys and required fields under their own names, and takes a client's alias of that name for the same field. So such aliases are planned
 * under names of ours: the operation to plan, and how names go to and fro.
 */
export function distinctResponseNames(operation: ClientOperation, schema: SchemaNames): { readonly planned: ClientOperation; readonly names: ResponseNames } {
  const used = usedNames(operation);
  const planned = new Map<string, string>();
  const client = new Map<string, string>();

  function rename(name: string): string {
    const known = planned.get(name);
    if (known !== undefined) return known;
    let fresh = `${name.replace(/^_+/, '')}__c`;
    while (schema.fields.has(fresh) || used.has(fresh) || client.has(fresh)) fresh += '_';
    planned.set(name, fresh);
    client.set(fresh, name);
    return fresh;
  }

  function plannedName(field: FieldNode): string {
    const name = responseName(field);
    return isAmbiguous(field, name, schema) ? rename(name) : name;
  }

  function rewrite(set: SelectionSetNode): SelectionSetNode {
    return {
      kind: Kind.SELECTION_SET,
      selections: set.selections.map((selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
        if (selection.kind === Kind.INLINE_FRAGMENT) return { ...selection, selectionSet: rewrite(selection.selectionSet) };
        const name = plannedName(selection);
        const below = selection.selectionSet && { selectionSet: rewrite(selection.selectionSet) };
        return name === responseName(selection) ? { ...selection, ...below } : { ...selection, ...below, alias: { kind: Kind.NAME, value: name } };
      }),
    };
  }

  const rewritten: ClientOperation = {
    operation: { ...operation.operation, selectionSet: rewrite(operation.operation.selectionSet) },
    fragments: new Map([...operation.fragments].map(([name, fragment]): [string, FragmentDefinitionNode] => [name, { ...fragment, selectionSet: rewrite(fragment.selectionSet) }])),
  };
  if (client.size === 0) return { planned: operation, names: unchanged };
  return { planned: rewritten, names: { plannedName, clientName: (name) => client.get(name) ?? name } };
}

function isAmbiguous(field: FieldNode, name: string, { fields, requiredWithArguments }: SchemaNames): boolean {
  if (name === field.name.value) return requiredWithArguments.has(name);
  // Two underscores are GraphQL's own: __typename above all.
  return fields.has(name) || name.startsWith('__');
}

function usedNames({ operation, fragments }: ClientOperation): ReadonlySet<string> {
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
