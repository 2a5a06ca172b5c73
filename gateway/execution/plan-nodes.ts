import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { placePath } from './places';
import type { PlacePath } from './places';

/** A plan with the paths of its fetches on them, and fetches that ask the same beside one another made one. */
export type ExecutionNode =
  | { readonly kind: 'sequence' | 'parallel'; readonly nodes: readonly ExecutionNode[] }
  | { readonly kind: 'condition'; readonly variable: string; readonly whenTrue: ExecutionNode | undefined; readonly whenFalse: ExecutionNode | undefined }
  | { readonly kind: 'fetch'; readonly fetch: FetchNode; readonly paths: readonly PlacePath[] };

/** @throws for a node that the planner makes only where it is asked to. */
export function executionNode(node: PlanNode, path: PlacePath = []): ExecutionNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map((inner) => executionNode(inner, path)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: joined(node.nodes.map((inner) => executionNode(inner, path))) };
    case 'Flatten':
      return executionNode(node.node, [...path, ...placePath(node.path)]);
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        whenTrue: node.ifClause && executionNode(node.ifClause, path),
        whenFalse: node.elseClause && executionNode(node.elseClause, path),
      };
    case 'Fetch':
      return { kind: 'fetch', fetch: node, paths: [path] };
    case 'Defer':
      throw new Error('The plan defers, which nothing here asks for');
  }
}

/** Equal for fetches that ask one subgraph the same of their entities. */
export function fetchIdentity({ serviceName, operation, requires, inputRewrites, outputRewrites }: FetchNode): string {
  // The planner numbers its operations by name.
  const text = operation.replace(/^(query|mutation|subscription)\s+\w+/, '$1');
  return JSON.stringify([serviceName, text, requires, inputRewrites, outputRewrites]);
}

export function mayBeShared({ requires, contextRewrites, operationKind }: FetchNode): boolean {
  return requires !== undefined && !contextRewrites?.length && operationKind !== 'mutation';
}

function joined(nodes: readonly ExecutionNode[]): ExecutionNode[] {
  const byIdentity = new Map<string, { kind: 'fetch'; fetch: FetchNode; paths: PlacePath[] }>();
  return nodes.flatMap((node): ExecutionNode[] => {
    if (node.kind !== 'fetch' || !mayBeShared(node.fetch)) return [node];
    const identity = fetchIdentity(node.fetch);
    const same = byIdentity.get(identity);
    if (same) {
      same.paths.push(...node.paths);
      return [];
    }
    const first = { kind: node.kind, fetch: node.fetch, paths: [...node.paths] };
    byIdentity.set(identity, first);
    return [first];
  });
}

export function fetchesOf(node: ExecutionNode): Extract<ExecutionNode, { kind: 'fetch' }>[] {
  switch (node.kind) {
    case 'fetch':
      return [node];
    case 'condition':
      return [node.whenTrue, node.whenFalse].flatMap((inner) => (inner ? fetchesOf(inner) : []));
    case 'sequence':
    case 'parallel':
      return node.nodes.flatMap(fetchesOf);
  }
}
