import type { GraphQLError } from 'graphql';
import type { GatewayLogger } from '../config';
import { isIncluded } from '../documents/conditions';
import { clientError, presentErrors } from '../errors/client-errors';
import type { Execution, PlannedOperation, PreparedOperation } from '../planning/prepared-operation';
import type { Caller } from '../security/caller';
import type { IdentityHeaders } from '../security/internal-identity';
import type { DeniedField } from '../security/operation-access';
import type { LoadedSupergraph } from '../supergraph/load-supergraph';
import type { SubgraphRequest, SubgraphResult, SubgraphTransport } from '../transport/subgraph-transport';
import { completeResult } from './complete-result';
import { leavable } from './leavable';
import type { PlanExecutor, PlanResult } from './plan-executor';
import { resumeUpstream } from './resume-upstream';

/** One operation, asked for once. */
export interface OperationRequest {
  readonly prepared: PreparedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly signal?: AbortSignal | undefined;
}

/** What goes to a client. Without `data` nothing was executed. */
export interface OperationResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
}

interface EngineParts {
  readonly supergraph: LoadedSupergraph;
  readonly transports: ReadonlyMap<string, SubgraphTransport>;
  readonly executePlan: PlanExecutor;
  readonly identityHeaders: IdentityHeaders;
  readonly logger: GatewayLogger;
  /** How long it is tried to take up a subscription that its subgraph lost, in milliseconds. */
  readonly resumeForMs: number;
}

/** An operation that may be executed. */
interface Admitted extends OperationRequest, Execution {
  readonly withDefaults: Readonly<Record<string, unknown>>;
  readonly denied: readonly GraphQLError[];
}

type Admission = { readonly kind: 'admitted'; readonly request: Admitted } | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] };

/** Executes prepared operations for callers. Neither method rejects: what goes wrong is an error fit for a client. */
export class Engine {
  constructor(private readonly parts: EngineParts) {}

  /** A query or a mutation. */
  async execute(request: OperationRequest): Promise<OperationResult> {
    try {
      const admission = this.admit(request);
      if (admission.kind === 'refused') return { errors: admission.errors };
      const headers = await this.parts.identityHeaders(request.caller);
      return this.answer(admission.request, await this.runStages(admission.request, headers));
    } catch (error) {
      return { errors: presentErrors([error], this.parts.logger) };
    }
  }

  /**
   * The answers of a subscription, in order; each is made only when it is pulled. One that is refused, or ended by an error, yields a
   * last result without data. `return()` cancels it upstream at once, even while an event is awaited.
   */
  subscribe(request: Omit<OperationRequest, 'signal'>): AsyncGenerator<OperationResult, void, void> {
    const cancellation = new AbortController();
    return leavable(this.events(request, cancellation.signal), () => cancellation.abort());
  }

  private async *events(request: Omit<OperationRequest, 'signal'>, signal: AbortSignal): AsyncGenerator<OperationResult, void, void> {
    let upstream: AsyncIterableIterator<SubgraphResult> | undefined;
    try {
      const admission = this.admit(request);
      if (admission.kind === 'refused') {
        yield { errors: admission.errors };
        return;
      }
      const [planned] = admission.request.stages;
      if (!planned) throw new Error('A subscription was planned as nothing');
      upstream = await this.upstream(planned, admission.request, signal);
      for await (const event of upstream) {
        if (event.data === undefined) {
          yield { errors: presentErrors(event.errors ?? [], this.parts.logger) };
          return;
        }
        const headers = await this.parts.identityHeaders(request.caller);
        const result = await this.parts.executePlan({ planned, variables: request.variables, headers, event, signal });
        yield this.answer(admission.request, result);
      }
    } catch (error) {
      yield { errors: presentErrors([error], this.parts.logger) };
    } finally {
      await upstream?.return?.();
    }
  }

  /** The primary's events: taken up again by itself where its field is resumable. */
  private async upstream({ plan, resumption }: PlannedOperation, { caller, variables, withDefaults }: Admitted, signal: AbortSignal) {
    const { node } = plan;
    if (node?.kind !== 'Subscription') throw new Error('A subscription was planned as something else');
    const { primary } = node;
    const transport = this.transportOf(primary.serviceName);
    const subscribe = async (operation: Pick<SubgraphRequest, 'query' | 'document' | 'variables'>) => transport.subscribe({
      ...operation, operationName: primary.operationName, headers: await this.parts.identityHeaders(caller), signal,
    });
    if (!resumption) {
      return subscribe({ query: primary.operation, document: primary.operationDocumentNode, variables: pick(variables, primary.variableUsages ?? []) });
    }
    return resumeUpstream({
      resumption, signal,
      begin: resumption.begin(withDefaults),
      tryForMs: this.parts.resumeForMs,
      subscribe: (cursor) => subscribe({ query: resumption.query, document: resumption.document, variables: resumption.variables(variables, cursor) }),
    });
  }

  private admit(request: OperationRequest): Admission {
    const { prepared, variables, caller } = request;
    const wrong = prepared.variables.check(variables);
    if (wrong.length > 0) return { kind: 'refused', errors: wrong };
    const withDefaults = prepared.variables.withDefaults(variables);
    const outOfRange = prepared.checkRanges(withDefaults);
    if (outOfRange.length > 0) return { kind: 'refused', errors: outOfRange };
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

  private transportOf(subgraph: string): SubgraphTransport {
    const transport = this.parts.transports.get(subgraph);
    if (!transport) throw new Error(`No transport to the subgraph "${subgraph}"`);
    return transport;
  }
}

function asError({ denial, path }: DeniedField): GraphQLError {
  const field = path.join('.');
  return denial.code === 'UNAUTHENTICATED'
    ? clientError(denial.code, `${field} needs a valid token`, {}, path)
    : clientError(denial.code, `${field} needs a scope that the token does not have`, { requiredScopes: denial.requiredScopes }, path);
}

function pick(variables: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]));
}
