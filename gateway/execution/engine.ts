import { GraphQLError } from 'graphql';
import { isIncluded } from '../documents/conditions';
import { clientError } from '../errors/client-errors';
import type { ErrorPresenter } from '../errors/error-presenter';
import type { Execution, PreparedOperation } from '../planning/prepared-operation';
import type { Caller } from '../security/caller';
import type { IdentityHeaders } from '../security/internal-identity';
import type { DeniedField } from '../security/operation-access';
import type { ResponseNames } from '../planning/response-names';
import type { SubgraphResult } from '../transport/subgraph-transport';
import { headersFor } from '../transport/upstream-headers';
import type { Headers } from '../transport/upstream-headers';
import { askForTrace } from './fetch-traces';
import type { FetchTraces } from './fetch-traces';
import { executed, refused, resultOf } from './operation-result';
import type { OperationResult, OperationText } from './operation-result';
import type { PlanExecutor, PlanResult } from './plan-executor';
import { isLargerThan, responseTooLarge, ResponseTooLong } from './response-size';

export type { OperationResult } from './operation-result';

/** One operation, asked for once. */
export interface OperationRequest {
  /** Where subgraphs are asked for traces: gets them. */
  readonly traces?: FetchTraces | undefined;
  readonly prepared: PreparedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Those of the client's own headers that may go along to subgraphs, as `UpstreamHeaders.take` picks them. */
  readonly clientHeaders?: Headers | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What the log calls it, and errors that keep their truth to the log; without it each answer with such errors gets a name of its own. */
  readonly requestId?: string | undefined;
}

interface EngineParts {
  readonly executePlan: PlanExecutor;
  readonly identityHeaders: IdentityHeaders;
  readonly presentErrors: ErrorPresenter;
  /** See GatewayLimits. */
  readonly maxResponseBytes: number;
}

/** An operation that may be executed. */
export interface Admitted extends OperationRequest, Execution {
  readonly withDefaults: Readonly<Record<string, unknown>>;
  readonly denied: readonly GraphQLError[];
}

type Admission = { readonly kind: 'admitted'; readonly request: Admitted } | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] };

/** Executes prepared operations for callers. What goes wrong meanwhile is an error fit for a client, and no rejection. */
export class Engine {
  constructor(private readonly parts: EngineParts) {}

  /** A query or a mutation. */
  async execute(request: OperationRequest): Promise<OperationResult> {
    return resultOf(await this.executeToText(request));
  }

  /** The same without the detour over objects: what an answer is written from is not what it looks like. */
  async executeToText(request: OperationRequest): Promise<OperationText> {
    try {
      const admission = this.admit(request);
      if (admission.kind === 'refused') return refused(admission.errors);
      return this.answer(admission.request, await this.runStages(admission.request, await this.headers(request)));
    } catch (error) {
      return this.failed(request, error);
    }
  }

  /**
   * The answer to one event of an admitted subscription: what its subgraph sent, and what is read beside it. `touched` gets a key of each entity that
   * is read: events that have none in common say nothing of the same entity.
   */
  async answerEvent(request: Admitted, event: SubgraphResult, signal: AbortSignal, touched?: Set<string>): Promise<OperationResult> {
    return resultOf(await this.answerEventToText(request, event, signal, touched));
  }

  /** As {@link answerEvent}; a promise only where something is read beside the event. */
  answerEventToText(request: Admitted, event: SubgraphResult, signal: AbortSignal, touched?: Set<string>): OperationText | Promise<OperationText> {
    const { stages: [planned], variables, withDefaults } = request;
    const execute = (headers: Headers): PlanResult | Promise<PlanResult> => {
      if (!planned) throw new Error('A subscription was planned as nothing');
      return this.parts.executePlan({ planned, variables, withDefaults, headers, event, signal, touched });
    };
    if (planned?.source?.isWhole !== true) return this.answerLater(request, this.headers(request).then(execute));
    try {
      // Nobody is asked anything.
      const result = execute(noHeaders);
      return result instanceof Promise ? this.answerLater(request, result) : this.answer(request, result);
    } catch (error) {
      return this.failed(request, error);
    }
  }

  /** What of an operation may be executed, and what its caller is told of the rest. @throws whatever the planner throws. */
  admit(request: OperationRequest): Admission {
    const { prepared, caller } = request;
    const variables = prepared.variables.settled(request.variables);
    const withDefaults = prepared.variables.withDefaults(variables);
    // Where the caller may have nothing of it, reading the variables is work for nothing.
    const wrong = caller.kind === 'anonymous' && prepared.isClosedToAnonymous ? noErrors : problemsOf(prepared, variables, withDefaults);
    if (wrong.length > 0) return { kind: 'refused', errors: wrong };
    const execution = prepared.executionFor(caller, withDefaults);
    const denied = (execution.access?.denied ?? []).filter(({ conditions }) => isIncluded(conditions, withDefaults));
    const errors = denied.map(asError);
    // A query answers with what is left of it; anything else is carried out whole or not at all.
    if (prepared.kind !== 'query' && denied.some(({ path }) => path.length === 1)) return { kind: 'refused', errors };
    const { plannedVariables } = execution;
    return {
      kind: 'admitted',
      request: { ...request, ...execution, variables: plannedVariables.withPlanned(variables), withDefaults: plannedVariables.withPlanned(withDefaults), denied: errors },
    };
  }

  private async answerLater(request: Admitted, result: Promise<PlanResult>): Promise<OperationText> {
    try {
      return this.answer(request, await result);
    } catch (error) {
      return this.failed(request, error);
    }
  }

  private failed({ requestId }: OperationRequest, error: unknown): OperationText {
    return refused(this.parts.presentErrors([error], requestId));
  }

  /** For every request to a subgraph. */
  private async headers({ caller, clientHeaders, traces }: OperationRequest): Promise<Headers> {
    const headers = headersFor(await this.parts.identityHeaders(caller), clientHeaders);
    return traces ? { ...headers, ...askForTrace } : headers;
  }

  private async runStages(request: Admitted, headers: Readonly<Record<string, string>>): Promise<PlanResult> {
    const { stages, variables, withDefaults, signal, traces } = request;
    traces?.plans.push(...stages.map(({ plan }) => plan.node));
    const [only, ...others] = stages;
    if (only && others.length === 0) return this.parts.executePlan({ planned: only, variables, withDefaults, headers, signal, traces });
    const results: PlanResult[] = [];
    for (const planned of stages) results.push(await this.parts.executePlan({ planned, variables, withDefaults, headers, signal, traces }));
    return together(results);
  }

  private answer(request: Admitted, result: PlanResult): OperationText {
    const { maxResponseBytes } = this.parts;
    try {
      const written = this.write(request, result);
      if (!isLargerThan(written.text, maxResponseBytes)) return written;
    } catch (error) {
      if (!(error instanceof ResponseTooLong)) throw error;
    }
    // It was executed, and mutations took effect.
    return executed('null', [responseTooLarge(maxResponseBytes)]);
  }

  private write({ shape, names, denied, withDefaults, requestId }: Admitted, result: PlanResult): OperationText {
    const shaped = shape.write(result, withDefaults, this.parts.maxResponseBytes);
    const known = denied.length + shaped.hidden.length + shaped.told.length + shaped.errors.length;
    const errors = known === 0 ? noErrors : [
      ...denied,
      ...shaped.hidden.map(asError),
      ...this.parts.presentErrors([...shaped.told.map((error) => atClientPath(error, names)), ...shaped.errors], requestId),
    ];
    return executed(shaped.text, errors);
  }
}

const noErrors: readonly GraphQLError[] = [];

/** What is wrong with the variables of an operation, or with what it costs with them: the first kind of problem alone. */
function problemsOf(prepared: PreparedOperation, variables: Readonly<Record<string, unknown>>, withDefaults: Readonly<Record<string, unknown>>): readonly GraphQLError[] {
  const wrong = prepared.variables.check(variables);
  if (wrong.length > 0) return wrong;
  const outOfRange = prepared.checkRanges(withDefaults);
  return outOfRange.length > 0 ? outOfRange : prepared.cost.check(withDefaults);
}
const noHeaders: Headers = {};

/** What the stages of one operation brought together: they have no root field in common. */
function together(results: readonly PlanResult[]): PlanResult {
  const data: Record<string, unknown> = {};
  for (const result of results) Object.assign(data, result.data);
  return {
    data: results.some((result) => result.data === null) ? null : data,
    errors: results.flatMap(({ errors }) => errors),
    absent: results.flatMap(({ absent = [] }) => absent),
    repeated: new Set(results.flatMap(({ repeated }) => [...repeated ?? []])),
  };
}

function atClientPath(error: GraphQLError, names: ResponseNames): GraphQLError {
  const { path, message, extensions, originalError } = error;
  if (!path?.some((step) => typeof step === 'string' && names.clientName(step) !== step)) return error;
  return new GraphQLError(message, { path: path.map((step) => (typeof step === 'string' ? names.clientName(step) : step)), extensions, originalError });
}

function asError({ denial, path }: DeniedField): GraphQLError {
  const field = path.join('.');
  return denial.code === 'UNAUTHENTICATED'
    ? clientError(denial.code, `${field} needs a valid token`, {}, path)
    : clientError(denial.code, `${field} needs a scope that the token does not have`, { requiredScopes: denial.requiredScopes }, path);
}
