import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse } from 'graphql';
import type { OperationDefinitionNode, SelectionSetNode } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';
import { responseName } from '../documents/selections';

/**
 * Makes sure that a plan fetches every root field of its operation, whose fields stand outside fragments. The planner leaves out fields that it finds no way to, and their null
 * would look like an answer.
 * @throws {Error} naming the first that is left out.
 */
export function assertRootsAreFetched({ node }: QueryPlan, { operation }: ClientOperation): void {
  const fetched = new Set(node ? rootNames(node) : []);
  for (const selection of operation.selectionSet.selections) {
    if (selection.kind === Kind.FIELD && !fetched.has(responseName(selection))) throw new Error(`There is no way to what is selected of "${selection.name.value}": no subgraph can be asked for it`);
  }
}

function rootNames(node: PlanNode | SubscriptionNode): readonly string[] {
  switch (node.kind) {
    case 'Fetch': return node.requires ? [] : selectedNames(operationOf(node).selectionSet);
    case 'Sequence':
    case 'Parallel': return node.nodes.flatMap(rootNames);
    case 'Condition': return [node.ifClause, node.elseClause].flatMap((inner) => (inner ? rootNames(inner) : []));
    case 'Subscription': return rootNames(node.primary);
    case 'Flatten':
    case 'Defer': return [];
  }
}

function operationOf({ operation, operationDocumentNode }: FetchNode): OperationDefinitionNode {
  const { definitions } = operationDocumentNode ?? parse(operation, { noLocation: true });
  const found = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!found) throw new Error('A fetch has no operation');
  return found;
}

function selectedNames({ selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [responseName(selection)];
    return selection.kind === Kind.INLINE_FRAGMENT ? selectedNames(selection.selectionSet) : [];
  });
}
