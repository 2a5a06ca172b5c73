import { operationFromDocument } from '@apollo/federation-internals';
import type { QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse, print } from 'graphql';
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
import { anonymous, rightsKey, rightsOf } from '../security/caller';
import type { Caller, Rights } from '../security/caller';
import { isDeniedWhole, restrictOperation } from '../security/operation-access';
import type { OperationAccess } from '../security/operation-access';
import type { LoadedSupergraph } from '../supergraph/load-supergraph';
import { subgraphOperation } from '../transport/subgraph-operation';
import type { SubgraphOperation } from '../transport/subgraph-transport';
import { OperationShape } from '../execution/operation-shape';
import { assertRootsAreFetched } from './answered-roots';
import { withOneTypeName } from './entity-types';
import { leanPlan } from './lean-plan';
import { subgraphsIn } from './joined-subgraphs';
import type { LeanPlan } from './lean-plan';
import type { PlanCache } from './plan-cache';
import { plannable } from './plannable';
import type { PlannedLiterals } from './planned-literals';
import type { PlannedVariables } from './planned-variables';
import type { ResponseNames } from './response-names';
import { withRequiredValues } from './required-values';
import type { OverrideDecision, ProgressiveOverrides } from './progressive-overrides';
import { splitResolvedFirst } from './resolved-first';
import { resumptionOf } from './resumption';
import type { Resumption } from './resumption';
import { decisiveVariables, settleConditions } from './settled-conditions';
import type { Decisions } from './settled-conditions';

/** An operation with its plan. */
export interface PlannedOperation extends ClientOperation {
  readonly plan: LeanPlan;
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
  /** Whether nothing is read beside its events. */
  readonly isWhole: boolean;
  /** The subgraphs that complete its events. */
  readonly joined: readonly string[];
}

/** What an operation's execution depends on, beside the operation. */
export interface OperationUse {
  readonly rights: Rights;
  readonly decisions: Decisions;
  readonly overrides: OverrideDecision;
}

/** What is done for one use of an operation. */
export interface Execution {
  readonly use: OperationUse;
  /** Undefined if all of the operation is allowed. */
  readonly access: OperationAccess | undefined;
  /** One after the other: each begins when the one before it has its answer. */
  readonly stages: readonly PlannedOperation[];
  /** Under which names the stages' plans were made. */
  readonly names: ResponseNames;
  readonly plannedVariables: PlannedVariables;
  /** The form of the answer. */
  readonly shape: OperationShape;
}

/** Uses that are remembered of one operation. */
const rememberedUses = 64;
/** In milliseconds: that time was too short for a plan may be because the machine was busy. */
const failuresKeptFor = 60_000;

interface OperationSettings {
  readonly limits: CostLimits;
  readonly introspection: boolean;
  /** Shared by all operations on one supergraph. */
  readonly plans: PlanCache;
  readonly overrides: ProgressiveOverrides;
}

interface Failure {
  readonly error: unknown;
  /** By performance.now(). */
  readonly at: number;
}

/** A client's operation with all that is worked out only once for it. */
export class PreparedOperation implements ClientOperation {
  readonly kind: OperationTypeNode;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: VariableRules;
  readonly checkRanges: CheckRanges;
  readonly cost: CostLimit;
  private readonly uses = new BoundedCache<string, OperationUse>(rememberedUses);
  /** To find out that there is no plan may take as long as planning ever does. */
  private readonly failures = new BoundedCache<string, Failure>(rememberedUses);
  private readonly plans: PlanCache;
  private readonly overrides: ProgressiveOverrides;
  private readonly planKeyPrefix: string;
  private characters: number | undefined;
  private closedToAnonymous: boolean | undefined;
  private readonly rightsOf = new WeakMap<Caller, { readonly rights: Rights; readonly key: string }>();
  private readonly decisive: readonly string[];

  constructor({ operation, fragments }: ClientOperation, private readonly supergraph: LoadedSupergraph, { limits, introspection, plans, overrides }: OperationSettings) {
    this.plans = plans;
    this.overrides = overrides;
    this.planKeyPrefix = plans.nextPrefix();
    this.kind = operation.operation;
    this.operation = operation;
    this.fragments = fragments;
    this.decisive = decisiveVariables(this);
    this.variables = variableRules(operation, fragments.values(), supergraph.apiSchema, { hideSuggestions: !introspection });
    this.checkRanges = rangeRules(operation, fragments.values(), supergraph.apiSchema, supergraph.argumentRanges);
    const costParts = { schema: supergraph.apiSchema, rules: supergraph.costs, assumedListSize: limits.assumedListSize };
    this.cost = new CostLimit(() => operationCost(operation, fragments, costParts), limits.maxCost);
  }

  /** Whether each root field needs a valid token, whatever the variables are. */
  get isClosedToAnonymous(): boolean {
    return this.closedToAnonymous ??= isDeniedWhole({ ...this, schema: this.schema, rules: this.supergraph.access, rights: rightsOf(anonymous) });
  }

  get schema(): GraphQLSchema {
    return this.supergraph.apiSchema;
  }

  /**
   * `withDefaults`: the client's variables, with the operation's defaults.
   * @throws whatever the planner throws, for an operation that has no plan.
   */
  executionFor(caller: Caller, withDefaults: Readonly<Record<string, unknown>>): Execution {
    let rights = this.rightsOf.get(caller);
    if (!rights) {
      const ofCaller = rightsOf(caller);
      this.rightsOf.set(caller, rights = { rights: ofCaller, key: rightsKey(ofCaller, this.supergraph.access.scopes) });
    }
    let key = this.planKeyPrefix + rights.key;
    for (const name of this.decisive) key += withDefaults[name] === true ? '+' : '-';
    const overrides = this.overrides.decide(caller);
    key += overrides.key;
    this.uses.get(key);
    return this.plans.get(key) ?? this.prepare(key, { rights: rights.rights, overrides, decisions: Object.fromEntries(this.decisive.map((name) => [name, withDefaults[name] === true])) });
  }

  /** Makes ready for all callers with these rights. @throws as above. */
  prepareFor(former: OperationUse): void {
    const use = { ...former, overrides: this.overrides.adopted(former.overrides) };
    const key = [this.planKeyPrefix, rightsKey(use.rights, this.supergraph.access.scopes), ...this.decisive.map((name) => (use.decisions[name] === true ? '+' : '-')), use.overrides.key].join('');
    if (!this.plans.get(key)) this.prepare(key, use);
  }

  /** How it was asked for lately, so that it can be made ready for that on another supergraph. */
  recentUses(): OperationUse[] {
    return this.uses.recent(rememberedUses).map(({ value }) => value);
  }

  private prepare(key: string, use: OperationUse): Execution {
    const failure = this.failures.get(key);
    if (failure && performance.now() - failure.at < failuresKeptFor) throw failure.error;
    try {
      const execution = this.execution(use);
      this.characters ??= [this.operation, ...this.fragments.values()].reduce((sum, node) => sum + print(node).length, 0);
      this.plans.set(key, execution, this.characters);
      this.uses.set(key, use);
      return execution;
    } catch (error) {
      this.failures.set(key, { error, at: performance.now() });
      throw error;
    }
  }

  private execution(use: OperationUse): Execution {
    const { supergraph: { apiSchema: schema, access: rules, fieldNames, interfaceObjects, resolvedFirst, omitsNulls } } = this;
    const client = settleConditions(this, use.decisions);
    const access = restrictOperation({ ...client, schema, rules, rights: use.rights });
    const { operation, names, literals, variables } = plannable(access ? { operation: access.remaining, fragments: new Map() } : client, schema, { fieldNames, interfaceObjects });
    const stages = operation ? splitResolvedFirst(operation, resolvedFirst).map((stage) => this.planned(stage, literals, use.overrides)) : [];
    return { use, access, stages, names, plannedVariables: variables, shape: new OperationShape({ client, schema, access, names, omitsNulls }) };
  }

  private planned(stage: ClientOperation, literals: PlannedLiterals, overrides: OverrideDecision): PlannedOperation {
    const complete = literals.restored(planOf(stage, this.supergraph, overrides));
    assertRootsAreFetched(complete, stage);
    const plan = leanPlan(complete, stage, this.supergraph.fullSchema);
    const { node } = plan;
    return { ...stage, plan, source: node?.kind === 'Subscription' ? this.eventSource(node) : undefined };
  }

  private eventSource({ primary: { serviceName, operation, operationName, operationDocumentNode, variableUsages }, rest }: SubscriptionNode): EventSource {
    const document = operationDocumentNode ?? parse(operation, { noLocation: true });
    return {
      subgraph: serviceName,
      operation: subgraphOperation(operation, operationName, document),
      variables: variableUsages ?? [],
      resumption: resumptionOf(document, this.supergraph.resumables),
      isWhole: rest === undefined,
      joined: subgraphsIn(rest),
    };
  }
}

/** As the planner has it, in the terms of subgraphs. @throws whatever the planner throws. */
export function planOf({ operation, fragments }: ClientOperation, supergraph: LoadedSupergraph, { active }: OverrideDecision): QueryPlan {
  const { planner, planningApiSchema, fullSchema: schema, requiredValues: values, fieldRequirements: requirements } = supergraph;
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments.values()] };
  const plan = planner.buildQueryPlan(operationFromDocument(planningApiSchema, document, { validate: false }), new Map([...active].map((label) => [label, true])));
  return withRequiredValues(withOneTypeName(plan, schema), { values, requirements, schema });
}
