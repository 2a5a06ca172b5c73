import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { DocumentNode, FieldNode, OperationDefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';

/** Puts others in place of each fetch, which run side by side. A subscription's own fetch can only be replaced by one. */
export function withFetches(plan: QueryPlan, replace: (fetch: FetchNode) => readonly FetchNode[]): QueryPlan {
  return plan.node ? { ...plan, node: replaced(plan.node, replace) } : plan;
}

function replaced(node: PlanNode, replace: (fetch: FetchNode) => readonly FetchNode[]): PlanNode;
function replaced(node: PlanNode | SubscriptionNode, replace: (fetch: FetchNode) => readonly FetchNode[]): PlanNode | SubscriptionNode;
function replaced(node: PlanNode | SubscriptionNode, replace: (fetch: FetchNode) => readonly FetchNode[]): PlanNode | SubscriptionNode {
  switch (node.kind) {
    case 'Fetch': {
      const [first, ...others] = replace(node);
      return !first || others.length === 0 ? first ?? node : { kind: 'Parallel', nodes: [first, ...others] };
    }
    case 'Flatten': return { ...node, node: replaced(node.node, replace) };
    case 'Sequence':
    case 'Parallel': return { ...node, nodes: node.nodes.map((inner) => replaced(inner, replace)) };
    case 'Condition': return { ...node, ifClause: node.ifClause && replaced(node.ifClause, replace), elseClause: node.elseClause && replaced(node.elseClause, replace) };
    case 'Subscription': return { ...node, primary: replace(node.primary)[0] ?? node.primary, rest: node.rest && replaced(node.rest, replace) };
    case 'Defer': return node;
  }
}

export function documentOf({ operation, operationDocumentNode }: FetchNode): DocumentNode {
  return operationDocumentNode ?? parse(operation, { noLocation: true });
}

function operationIn({ definitions }: DocumentNode): OperationDefinitionNode | undefined {
  return definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
}

/** The fetch with another document, and the variables that it uses. */
export function withDocument(fetch: FetchNode, document: DocumentNode): FetchNode {
  const used = variablesIn(document);
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(document)),
    operationDocumentNode: document,
    ...(fetch.variableUsages && { variableUsages: fetch.variableUsages.filter((name) => used.has(name)) }),
  };
}

/** What a fetch asks of entities. `type`: the condition of the fragment that a field stands in. */
export function entityFields(document: DocumentNode): { readonly field: FieldNode; readonly type: string }[] {
  const [entities] = operationIn(document)?.selectionSet.selections ?? [];
  const fieldsOf = ({ selections }: SelectionSetNode, type: string): { readonly field: FieldNode; readonly type: string }[] => selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [{ field: selection, type }];
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet, selection.typeCondition?.name.value ?? type) : [];
  });
  return entities?.kind === Kind.FIELD && entities.selectionSet ? fieldsOf(entities.selectionSet, '') : [];
}

/** What a fetch asks of entities, without the fields that are not kept and the variables that only these use. */
export function onlyEntityFields(document: DocumentNode, isKept: (field: FieldNode, type: string) => boolean): DocumentNode {
  const only = ({ selections }: SelectionSetNode, type: string): SelectionNode[] => selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return isKept(selection, type) ? [selection] : [];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
    const inside = only(selection.selectionSet, selection.typeCondition?.name.value ?? type);
    return inside.length === 0 ? [] : [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: inside } }];
  });
  const operation = operationIn(document);
  const [entities] = operation?.selectionSet.selections ?? [];
  if (!operation || entities?.kind !== Kind.FIELD || !entities.selectionSet) return document;
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [{ ...entities, selectionSet: { kind: Kind.SELECTION_SET, selections: only(entities.selectionSet, '') } }] };
  const used = variablesIn({ ...operation, selectionSet, variableDefinitions: [] });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? [];
  return { ...document, definitions: document.definitions.map((node) => (node === operation ? { ...operation, selectionSet, variableDefinitions } : node)) };
}

function variablesIn(node: DocumentNode | OperationDefinitionNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}
