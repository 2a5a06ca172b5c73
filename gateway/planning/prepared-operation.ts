import { operationFromDocument } from '@apollo/federation-internals';
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import { Kind, parse } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { BoundedCache } from '../bounded-cache';
import { CostLimit } from '../documents/cost-limit';
import type { CostLimits } from '../documents/cost-limit';
import { operationCost } from '../documents/operation-cost';
import { rangeRules } from '../documents/argument-ranges';
import type { CheckRanges } from '../documents/argument-ranges';
import type { ClientOperation } from '../documents/document-cache';
import { variableRules } from '../documents/variables';
import type { VariableRules } from '../documents/variables';
import { rightsKey, rightsOf } from '../security/caller';
import type { Caller, Rights } from '../security/caller';
import { restrictOperation } from '../security/operation-access';
import type { OperationAccess } from '../security/operation-access';
import type { LoadedSupergraph } from '../supergraph/load-supergraph';
import { subgraphOperation } from '../transport/subgraph-operation';
import type { SubgraphOperation } from '../transport/subgraph-transport';
import { OperationShape } from '../execution/operation-shape';
import { distinctResponseNames } from './response-names';
import type { ResponseNames } from './response-names';
import { splitResolvedFirst } from './resolved-first';
import { resumptionOf } from './resumption';
import type { Resumption } from './resumption';

/** An operation with its plan. */
export interface PlannedOperation extends ClientOperation {
  readonly plan: QueryPlan;
  /** Of a subscription: where its events come from. */
  readonly source?: EventSource | undefined;
}

/** The subgraph's subscription behind a client's. */
export interface EventSource {
  readonly subgraph: string;
  readonly operation: SubgraphOperation;
  /** Names of the client's variables that go along. */
  readonly variables: readonly string[];
  /** How it is taken up again; undefined where that can't be. */
  readonly resumption: Resumption | undefined;
}

/** What is done for callers with the same rights. */
export interface Execution {
  /** Theirs. */
  readonly rights: Rights;
  /** Undefined if all of the operation is allowed. */
  readonly access: OperationAccess | undefined;
  /** One after the other: each begins when the one before it has its answer. */
  readonly stages: readonly PlannedOperation[];
  /** Under which names the stages' plans were made. */
  readonly names: ResponseNames;
  /** The form of the answer. */
  readonly shape: OperationShape;
}

/** Sets of rights for which one operation's plans are kept. */
const cachedRights = 64;

interface OperationSettings {
  readonly limits: CostLimits;
  readonly introspection: boolean;
}

/** A client's operation with all that is worked out only once for it. */
export class PreparedOperation implements ClientOperation {
  readonly kind: OperationTypeNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: VariableRules;
  readonly checkRanges: CheckRanges;
  readonly cost: CostLimit;
  private readonly executions = new BoundedCache<string, Execution>(cachedRights);
  /** The most frequent case needs no key to be put together. */
  private readonly byCaller = new WeakMap<Caller, Execution>();

  constructor({ operation, fragments }: ClientOperation, private readonly supergraph: LoadedSupergraph, { limits, introspection }: OperationSettings) {
    this.kind = operation.operation;
    this.operation = operation;
    this.fragments = fragments;
    this.variables = variableRules(operation, fragments.values(), supergraph.apiSchema, { hideSuggestions: !introspection });
    this.checkRanges = rangeRules(operation, fragments.values(), supergraph.apiSchema, supergraph.argumentRanges);
    const costParts = { schema: supergraph.apiSchema, rules: supergraph.costs, assumedListSize: limits.assumedListSize };
    this.cost = new CostLimit(() => operationCost(operation, fragments, costParts), limits.maxCost);
  }

  get schema(): GraphQLSchema {
    return this.supergraph.apiSchema;
  }

  /** @throws whatever the planner throws, for an operation that has no plan. */
  executionFor(caller: Caller): Execution {
    const known = this.byCaller.get(caller);
    if (known) return known;
    const execution = this.prepareFor(rightsOf(caller));
    this.byCaller.set(caller, execution);
    return execution;
  }

  /** The same for all callers with these rights. @throws as above. */
  prepareFor(rights: Rights): Execution {
    const key = rightsKey(rights, this.supergraph.access.scopes);
    let execution = this.executions.get(key);
    if (!execution) {
      execution = this.execution(rights);
      this.executions.set(key, execution);
    }
    return execution;
  }

  /** Those that it was asked for with lately, so that it can be made ready for them on another supergraph. */
  recentRights(): Rights[] {
    return this.executions.recent(cachedRights).map(({ value }) => value.rights);
  }

  private execution(rights: Rights): Execution {
    const { operation, fragments, supergraph: { apiSchema: schema, access: rules, schemaNames, resolvedFirst } } = this;
    const access = restrictOperation({ operation, fragments, schema, rules, rights });
    const { planned, names } = distinctResponseNames(access ? { operation: access.remaining, fragments: new Map() } : this, schemaNames);
    const stages = splitResolvedFirst(planned, resolvedFirst).map((stage) => this.planned(stage));
    return { rights, access, stages, names, shape: new OperationShape({ client: { operation, fragments }, schema, access, names }) };
  }

  private planned(stage: ClientOperation): PlannedOperation {
    const plan = this.plan(stage);
    return { ...stage, plan, source: plan.node?.kind === 'Subscription' ? this.eventSource(plan.node.primary) : undefined };
  }

  private eventSource({ serviceName, operation, operationName, operationDocumentNode, variableUsages }: FetchNode): EventSource {
    const document = operationDocumentNode ?? parse(operation, { noLocation: true });
    return {
      subgraph: serviceName,
      operation: subgraphOperation(operation, operationName, document),
      variables: variableUsages ?? [],
      resumption: resumptionOf(document, this.supergraph.resumables),
    };
  }

  private plan({ operation, fragments }: ClientOperation): QueryPlan {
    const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments.values()] };
    return this.supergraph.planner.buildQueryPlan(operationFromDocument(this.supergraph.planningApiSchema, document, { validate: false }));
  }
}
