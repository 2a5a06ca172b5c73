import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { Trace } from '@apollo/usage-reporting-protobuf';
import type { FetchTrace, FetchTraces } from '../../execution/fetch-traces';

/** The traces of an operation's fetches in the form of its plan, as Apollo Studio takes it. What was not fetched is left out; undefined if that is all. */
export function queryPlanTrace(traces: FetchTraces, startedAt: number): Trace.QueryPlanNode | undefined {
  return sequence(traces.plans.map((plan) => plan && nodeTrace(plan, traces, startedAt)));
}

type Traced = Trace.QueryPlanNode | undefined;

function nodeTrace(node: PlanNode | SubscriptionNode, traces: FetchTraces, startedAt: number): Traced {
  const inner = (one: PlanNode): Traced => nodeTrace(one, traces, startedAt);
  switch (node.kind) {
    case 'Fetch': return parallel(traces.of(node).map((trace) => fetchTrace(node, trace, startedAt)));
    case 'Sequence': return sequence(node.nodes.map(inner));
    case 'Parallel': return parallel(node.nodes.map(inner));
    case 'Condition': return parallel([node.ifClause && inner(node.ifClause), node.elseClause && inner(node.elseClause)]);
    case 'Flatten': {
      const below = inner(node.node);
      if (!below) return undefined;
      const responsePath = node.path.map((step) => ({ fieldName: String(step) }));
      return new Trace.QueryPlanNode({ flatten: new Trace.QueryPlanNode.FlattenNode({ responsePath, node: below }) });
    }
    case 'Subscription':
    case 'Defer': return undefined;
  }
}

function sequence(nodes: readonly Traced[]): Traced {
  const [first, ...others] = nodes.filter((node) => node !== undefined);
  if (!first || others.length === 0) return first;
  return new Trace.QueryPlanNode({ sequence: new Trace.QueryPlanNode.SequenceNode({ nodes: [first, ...others] }) });
}

function parallel(nodes: readonly Traced[]): Traced {
  const [first, ...others] = nodes.filter((node) => node !== undefined);
  if (!first || others.length === 0) return first;
  return new Trace.QueryPlanNode({ parallel: new Trace.QueryPlanNode.ParallelNode({ nodes: [first, ...others] }) });
}

function fetchTrace({ serviceName }: FetchNode, { sentAt, receivedAt, ftv1 }: FetchTrace, startedAt: number): Trace.QueryPlanNode {
  const trace = ftv1 === undefined ? undefined : decoded(ftv1);
  return new Trace.QueryPlanNode({
    fetch: new Trace.QueryPlanNode.FetchNode({
      serviceName,
      sentTime: timestamp(sentAt),
      receivedTime: timestamp(receivedAt),
      sentTimeOffset: Math.max(0, sentAt - startedAt) * 1e6,
      traceParsingFailed: ftv1 !== undefined && !trace,
      ...(trace && { trace }),
    }),
  });
}

function decoded(ftv1: string): Trace | undefined {
  try {
    return Trace.decode(Buffer.from(ftv1, 'base64'));
  } catch {
    return undefined;
  }
}

const timestamp = (milliseconds: number) => ({ seconds: Math.floor(milliseconds / 1_000), nanos: (milliseconds % 1_000) * 1e6 });

/** Whether any subgraph gave a trace. */
export function hasTrace(node: Trace.IQueryPlanNode | null | undefined): boolean {
  if (!node) return false;
  if (node.fetch) return Boolean(node.fetch.trace);
  return [node.flatten?.node, ...node.sequence?.nodes ?? [], ...node.parallel?.nodes ?? []].some((inner) => hasTrace(inner));
}
