import { Kind } from 'graphql';
import type { OperationDefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';

/**
 * Splits a query at its root: first the fields named in `first` (those with @resolvesFirst), then all others. One operation where there is
 * nothing to split.
 */
export function splitResolvedFirst(whole: ClientOperation, first: ReadonlySet<string>): ClientOperation[] {
  const { operation } = whole;
  if (operation.operation !== 'query' || first.size === 0) return [whole];
  const before = take(operation.selectionSet, whole, (field) => first.has(field));
  const after = take(operation.selectionSet, whole, (field) => !first.has(field));
  if (before.length === 0 || after.length === 0) return [whole];
  return [before, after].map((selections) => ({ operation: withSelections(operation, selections), fragments: whole.fragments }));
}

function take({ selections }: SelectionSetNode, whole: ClientOperation, wanted: (field: string) => boolean): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return wanted(selection.name.value) ? [selection] : [];
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : whole.fragments.get(selection.name.value);
    const inside = fragment ? take(fragment.selectionSet, whole, wanted) : [];
    if (inside.length === 0) return [];
    return [{
      kind: Kind.INLINE_FRAGMENT,
      ...(selection.directives ? { directives: selection.directives } : {}),
      selectionSet: { kind: Kind.SELECTION_SET, selections: inside },
    }];
  });
}

function withSelections(operation: OperationDefinitionNode, selections: readonly SelectionNode[]): OperationDefinitionNode {
  return { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}
