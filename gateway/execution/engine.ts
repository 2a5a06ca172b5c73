import type { GraphQLError } from 'graphql';
import type { GatewayLogger } from '../config';
import { isIncluded } from '../documents/conditions';
import { clientError, presentErrors } from '../errors/client-errors';
import type { Execution, PreparedOperation } from '../planning/prepared-operation';
import type { Caller } from '../security/caller';
import type { IdentityHeaders } from '../security/internal-identity';
import type { DeniedField } from '../security/operation-access';
import type { LoadedSupergraph } from '../supergraph/load-supergraph';
import type { SubgraphResult } from '../transport/subgraph-transport';
import { headersFor } from '../transport/upstream-headers';
import type { Headers } from '../transport/upstream-headers';
import { completeResult } from './complete-result';
import type { PlanExecutor, PlanResult } from './plan-executor';

/** One operation, asked for once. */
export interface OperationRequest {
  readonly prepared: PreparedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Those of the client's own headers that may go along to subgraphs, as `UpstreamHeaders.take` picks them. */
  readonly clientHeaders?: Headers | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What goes to a client. Without `data` nothing was executed. */
export interface OperationResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
}

interface EngineParts {
  readonly supergraph: LoadedSupergraph;
  readonly executePlan: PlanExecutor;
  readonly identityHeaders: IdentityHeaders;
  readonly logger: GatewayLogger;
}

/** An operation that may be executed. */
export interface Admitted extends OperationRequest, Execution {
  readonly withDefaults: Readonly<Record<string, unknown>>;
  readonly denied: readonly GraphQLError[];
}

export type Admission = { readonly kind: 'admitted'; readonly request: Admitted } | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] };

/** Executes prepared operations for callers. What goes wrong meanwhile is an error fit for a client, and no rejection. */
export class Engine {
  constructor(private readonly parts: EngineParts) {}

  /** A query or a mutation. */
  async execute(request: OperationRequest): Promise<OperationResult> {
    try {
      const admission = this.admit(request);
      if (admission.kind === 'refused') return { errors: admission.errors };
      const headers = headersFor(await this.parts.identityHeaders(request.caller), request.clientHeaders);
      return this.answer(admission.request, await this.runStages(admission.request, headers));
    } catch (error) {
      return { errors: presentErrors([error], this.parts.logger) };
    }
  }

  /** The answer to one event of an admitted subscription: what its subgraph sent, and what is read beside it. */
  async answerEvent(request: Admitted, event: SubgraphResult, signal: AbortSignal): Promise<OperationResult> {
    try {
      const [planned] = request.stages;
      if (!planned) throw new Error('A subscription was planned as nothing');
      const headers = headersFor(await this.parts.identityHeaders(request.caller), request.clientHeaders);
      return this.answer(request, await this.parts.executePlan({ planned, variables: request.variables, headers, event, signal }));
    } catch (error) {
      return { errors: presentErrors([error], this.parts.logger) };
    }
  }

  /** What of an operation may be executed, and what its caller is told of the rest. @throws whatever the planner throws. */
  admit(request: OperationRequest): Admission {
    const { prepared, variables, caller } = request;
    const wrong = prepared.variables.check(variables);
    if (wrong.length > 0) return { kind: 'refused', errors: wrong };
    const withDefaults = prepared.variables.withDefaults(variables);
    const outOfRange = prepared.checkRanges(withDefaults);
    if (outOfRange.length > 0) return { kind: 'refused', errors: outOfRange };
    const tooCostly = prepared.cost.check(withDefaults);
    if (tooCostly.length > 0) return { kind: 'refused', errors: tooCostly };
    const execution = prepared.executionFor(caller);
    const denied = (execution.access?.denied ?? []).filter(({ conditions }) => isIncluded(conditions, withDefaults));
    const errors = denied.map(asError);
    // A query answers with what is left of it; anything else is carried out whole or not at all.
    if (prepared.kind !== 'query' && denied.some(({ path }) => path.length === 1)) return { kind: 'refused', errors };
    return { kind: 'admitted', request: { ...request, ...execution, withDefaults, denied: errors } };
  }

  private async runStages({ stages, variables, signal }: Admitted, headers: Readonly<Record<string, string>>): Promise<PlanResult> {
    const [only, ...others] = stages;
    if (only && others.length === 0) return this.parts.executePlan({ planned: only, variables, headers, signal });
    const data: Record<string, unknown> = Object.create(null);
    const errors: GraphQLError[] = [];
    let isNull = false;
    for (const planned of stages) {
      const result = await this.parts.executePlan({ planned, variables, headers, signal });
      if (result.data) Object.assign(data, result.data);
      else isNull = true;
      errors.push(...result.errors);
    }
    return { data: isNull ? null : data, errors };
  }

  private answer({ prepared, access, stages, denied, withDefaults }: Admitted, result: PlanResult): OperationResult {
    const asPlanned = !access && stages.length === 1;
    const { data, hidden } = asPlanned
      ? { data: result.data, hidden: [] }
      : completeResult({ client: prepared, schema: this.parts.supergraph.apiSchema, access, variables: withDefaults }, result.data);
    const errors = [...denied, ...hidden.map(asError), ...presentErrors(result.errors, this.parts.logger)];
    return errors.length === 0 ? { data } : { data, errors };
  }
}

function asError({ denial, path }: DeniedField): GraphQLError {
  const field = path.join('.');
  return denial.code === 'UNAUTHENTICATED'
    ? clientError(denial.code, `${field} needs a valid token`, {}, path)
    : clientError(denial.code, `${field} needs a scope that the token does not have`, { requiredScopes: denial.requiredScopes }, path);
}
