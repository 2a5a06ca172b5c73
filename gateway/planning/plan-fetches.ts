import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';

/** A plan with each of its fetches changed. */
export function withFetches(plan: QueryPlan, change: (fetch: FetchNode) => FetchNode): QueryPlan {
  return plan.node ? { ...plan, node: changed(plan.node, change) } : plan;
}

function changed(node: PlanNode, change: (fetch: FetchNode) => FetchNode): PlanNode;
function changed(node: PlanNode | SubscriptionNode, change: (fetch: FetchNode) => FetchNode): PlanNode | SubscriptionNode;
function changed(node: PlanNode | SubscriptionNode, change: (fetch: FetchNode) => FetchNode): PlanNode | SubscriptionNode {
  switch (node.kind) {
    case 'Fetch': return change(node);
    case 'Flatten': return { ...node, node: changed(node.node, change) };
    case 'Sequence':
    case 'Parallel': return { ...node, nodes: node.nodes.map((inner) => changed(inner, change)) };
    case 'Condition': return { ...node, ifClause: node.ifClause && changed(node.ifClause, change), elseClause: node.elseClause && changed(node.elseClause, change) };
    case 'Subscription': return { ...node, primary: change(node.primary), rest: node.rest && changed(node.rest, change) };
    case 'Defer': return node;
  }
}
