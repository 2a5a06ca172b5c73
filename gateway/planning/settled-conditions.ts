import { Kind } from 'graphql';
import type { FragmentDefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';
import { conditionsOf, isIncluded } from '../documents/conditions';
import type { ClientOperation } from '../documents/document-cache';

/** The values of the variables that decide what @skip and @include leave. */
export type Decisions = Readonly<Record<string, boolean>>;

/** The variables that decide what is left out of an operation. */
export function decisiveVariables({ operation, fragments }: ClientOperation): readonly string[] {
  const names = new Set<string>();
  function visit({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      for (const { value } of conditionsOf(selection)) if ('variable' in value) names.add(value.variable);
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) visit(selection.selectionSet);
    }
  }
  visit(operation.selectionSet);
  for (const { selectionSet } of fragments.values()) visit(selectionSet);
  return [...names];
}

/**
 * The operation as it is once @skip and @include have done their work. Planned with them in it, what one part needs could stand under another's condition, and a
 * mutation's field that is asked for twice could be carried out twice. A selection may come out empty.
 */
export function settleConditions({ operation, fragments }: ClientOperation, decisions: Decisions): ClientOperation {
  function settle({ selections }: SelectionSetNode): SelectionSetNode {
    return {
      kind: Kind.SELECTION_SET,
      selections: selections.flatMap((selection): SelectionNode[] => {
        if (!isIncluded(conditionsOf(selection), decisions)) return [];
        const directives = selection.directives?.filter(({ name }) => name.value !== 'skip' && name.value !== 'include') ?? [];
        if (selection.kind === Kind.FRAGMENT_SPREAD) return [{ ...selection, directives }];
        if (selection.kind === Kind.INLINE_FRAGMENT) return [{ ...selection, directives, selectionSet: settle(selection.selectionSet) }];
        return [{ ...selection, directives, ...(selection.selectionSet && { selectionSet: settle(selection.selectionSet) }) }];
      }),
    };
  }

  return {
    operation: { ...operation, selectionSet: settle(operation.selectionSet) },
    fragments: new Map([...fragments].map(([name, fragment]): [string, FragmentDefinitionNode] => [name, { ...fragment, selectionSet: settle(fragment.selectionSet) }])),
  };
}
