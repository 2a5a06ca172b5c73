import type { GraphQLRequestListener, GraphQLResponse, HTTPGraphQLHead } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { PluginContext } from '../../config';
import type { CurrentGraph } from '../../supergraph/current-graph';
import { FetchTraces } from '../../execution/fetch-traces';
import type { PluginHost } from './plugin-host';
import { queryPlanTrace } from './query-plan-trace';
import { requestContext, resolveDocument, resolveSource } from './request-context';
import type { HookedRequest, RequestContext } from './request-context';

type Listener = GraphQLRequestListener<PluginContext>;
type Hook = 'didResolveSource' | 'parsingDidStart' | 'validationDidStart' | 'didResolveOperation' | 'executionDidStart' | 'didEncounterErrors' | 'willSendResponse';

/** What is to be sent. */
interface HookedAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: object;
}

/** A request that ends before its operation is run. */
class Refused extends Error {
  constructor(readonly errors: readonly GraphQLError[], readonly head: Partial<HTTPGraphQLHead> = {}) {
    super('A request was refused');
  }
}

/**
 * Answers a request with the hooks of Apollo Server's request pipeline, in its order: requestDidStart, didResolveSource, parsingDidStart, validationDidStart,
 * didResolveOperation, responseForOperation, executionDidStart, didEncounterErrors, willSendResponse, with what ends them.
 * @throws what a hook throws, unless it is didResolveOperation, which refuses the request thus; after unexpectedErrorProcessingRequest.
 */
export async function answerWithHooks(host: PluginHost, graph: CurrentGraph, hooked: HookedRequest): Promise<HookedAnswer> {
  const context = requestContext(host, graph, hooked);
  try {
    const started = await Promise.all(host.plugins.map(async (plugin) => plugin.requestDidStart?.(context)));
    await new HookedPipeline(started.filter((listener) => typeof listener === 'object'), context, hooked).answer();
  } catch (error) {
    const failure = { requestContext: context, error: error instanceof Error ? error : new Error(String(error)) };
    await Promise.all(host.plugins.map(async (plugin) => plugin.unexpectedErrorProcessingRequest?.(failure)));
    throw error;
  }
  const { http, body } = context.response;
  if (body?.kind !== 'single') throw new Error('A plugin answered in parts, which nothing here sends');
  return { status: http.status ?? 200, headers: [...http.headers].flat(), body: body.singleResult };
}

class HookedPipeline {
  constructor(private readonly listeners: readonly Listener[], private readonly context: RequestContext, private readonly hooked: HookedRequest) {}

  async answer(): Promise<void> {
    const { context: { response }, hooked } = this;
    try {
      await this.read();
      await this.execute();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { errors, head } = error;
      await this.encounter(errors);
      mergeHead(response.http, head);
      response.http.status ??= hooked.statusOf({ errors });
      response.body = { kind: 'single', singleResult: { errors: errors.map((each) => each.toJSON()) } };
    }
    await this.fire('willSendResponse');
  }

  /** The operation was read before, at once and mostly long ago: what happened then is told now. */
  private async read(): Promise<void> {
    const { context, hooked, hooked: { taken } } = this;
    const errors = taken.kind === 'refused' ? taken.errors : [];
    if (!resolveSource(context, hooked)) throw new Refused(errors);
    await this.fire('didResolveSource');
    const code = errors[0]?.extensions['code'];
    // Refused for another reason than what it says: it may never have been read.
    if (errors.length > 0 && code !== 'GRAPHQL_PARSE_FAILED' && code !== 'GRAPHQL_VALIDATION_FAILED') throw new Refused(errors);
    const parsed = await this.fire('parsingDidStart');
    if (code === 'GRAPHQL_PARSE_FAILED') {
      await end(parsed, errors[0]);
      throw new Refused(errors);
    }
    await end(parsed);
    resolveDocument(context, hooked);
    const validated = await this.fire('validationDidStart');
    if (taken.kind === 'operation') return end(validated);
    await end(validated, errors);
    throw new Refused(errors);
  }

  private async execute(): Promise<void> {
    const { context, context: { response }, hooked, hooked: { taken } } = this;
    if (taken.kind === 'refused') return;
    context.operation = taken.prepared.operation;
    context.operationName = taken.prepared.operation.name?.value ?? null;
    await this.fire('didResolveOperation').catch((error: unknown) => {
      throw new Refused([hooked.present(error)], headOf(error));
    });
    const instead = await this.responseForOperation();
    if (instead) {
      response.body = instead.body;
      mergeHead(response.http, instead.http);
      return;
    }
    const started = await this.fire('executionDidStart');
    // A plugin that reports usage says so for the operations that it picks.
    const traces = context.metrics.captureTraces === true ? new FetchTraces() : undefined;
    const startedAt = Date.now();
    const { data, errors } = await hooked.execute(traces);
    const queryPlan = traces && queryPlanTrace(traces, startedAt);
    if (queryPlan) context.metrics.queryPlanTrace = queryPlan;
    if (errors) await this.encounter(errors);
    response.http.status ??= hooked.statusOf({ ...(data === undefined ? {} : { data }), ...(errors ? { errors } : {}) });
    response.body = {
      kind: 'single',
      singleResult: { ...(errors ? { errors: errors.map((error) => error.toJSON()) } : {}), ...(data === undefined ? {} : { data }) },
    };
    await end(started.map((listener) => (isListener(listener) ? listener.executionDidEnd?.bind(listener) : undefined)));
  }

  private async encounter(errors: readonly GraphQLError[]): Promise<void> {
    this.context.errors = errors;
    await this.fire('didEncounterErrors');
  }

  /** The first that answers in the operation's place. */
  private async responseForOperation(): Promise<GraphQLResponse | undefined> {
    for (const listener of this.listeners) {
      const response = await listener.responseForOperation?.(this.context as Parameters<NonNullable<Listener['responseForOperation']>>[0]);
      if (response) return response;
    }
    return undefined;
  }

  /** At the time of each hook, the context holds what the hook's type promises. */
  private async fire(hook: Hook): Promise<readonly unknown[]> {
    return Promise.all(this.listeners.map(async (listener) => (listener[hook] as ((context: RequestContext) => Promise<unknown>) | undefined)?.call(listener, this.context)));
  }
}

/** What ends a hook is called in the opposite order. */
async function end(ends: readonly unknown[], outcome?: Error | readonly Error[]): Promise<void> {
  for (const each of [...ends].reverse()) if (typeof each === 'function') await each(outcome);
}

function isListener(listener: unknown): listener is { executionDidEnd?: () => Promise<void> } {
  return typeof listener === 'object' && listener !== null;
}

/** What an error of a plugin says of the response, in `extensions.http`. */
function headOf(error: unknown): Partial<HTTPGraphQLHead> {
  const http: unknown = error instanceof GraphQLError ? error.extensions['http'] : undefined;
  return typeof http === 'object' && http !== null ? http : {};
}

function mergeHead(into: HTTPGraphQLHead, { status, headers }: Partial<HTTPGraphQLHead>): void {
  if (status !== undefined) into.status = status;
  for (const [name, value] of headers ?? []) into.headers.set(name, value);
}
