import type { FetchNode } from '@apollo/query-planner';
import { parse } from 'graphql';
import type { DocumentNode } from 'graphql';
import { subgraphOperation } from '../transport/subgraph-operation';
import type { SubgraphOperation, SubgraphResult, SubgraphTransport } from '../transport/subgraph-transport';
import type { PlanRun } from './plan-run';

type Variables = Readonly<Record<string, unknown>>;

const none: Variables = {};

/** A fetch's operation, ready to be sent. */
export class SubgraphCall {
  readonly document: DocumentNode;
  private readonly operation: SubgraphOperation;
  private readonly clientVariables: readonly string[];

  constructor(private readonly node: FetchNode, private readonly transports: ReadonlyMap<string, SubgraphTransport>) {
    this.document = node.operationDocumentNode ?? parse(node.operation, { noLocation: true });
    this.operation = subgraphOperation(node.operation, node.operationName, this.document);
    const ofContext = new Set(node.contextRewrites?.map(({ renameKeyTo }) => renameKeyTo));
    this.clientVariables = (node.variableUsages ?? []).filter((name) => !ofContext.has(name));
  }

  get subgraph(): string {
    return this.node.serviceName;
  }

  /** `own`: variables that the plan itself fills in. Rejects as transports do. */
  async send(run: PlanRun, own?: Variables): Promise<SubgraphResult> {
    const transport = this.transports.get(this.subgraph);
    if (!transport) throw new Error(`No transport to the subgraph "${this.subgraph}"`);
    const request = transport.execute({ operation: this.operation, variables: this.variables(run.variables, own), headers: run.headers, signal: run.signal });
    return run.traces ? run.traces.traced(this.node, request) : request;
  }

  private variables(given: Variables, own: Variables | undefined): Variables {
    if (this.clientVariables.length === 0) return own ?? none;
    const variables: Record<string, unknown> = { ...own };
    for (const name of this.clientVariables) {
      // What the client left out has the default that the subgraph's operation gives it.
      if (Object.hasOwn(given, name) && given[name] !== undefined) variables[name] = given[name];
    }
    return variables;
  }
}
