import type { PlanNode } from '@apollo/query-planner';

/** The names of the subgraphs that a plan fetches from, each once. */
export function subgraphsIn(node: PlanNode | undefined): readonly string[] {
  return [...new Set(names(node))];
}

function names(node: PlanNode | undefined): readonly string[] {
  switch (node?.kind) {
    case 'Fetch': return [node.serviceName];
    case 'Flatten': return names(node.node);
    case 'Sequence':
    case 'Parallel': return node.nodes.flatMap(names);
    case 'Condition': return [...names(node.ifClause), ...names(node.elseClause)];
    default: return [];
  }
}
