import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { Intake, OperationParameters, TakenIn } from '../documents/intake';
import { clientError } from '../errors/client-errors';
import type { ErrorPresenter } from '../errors/error-presenter';
import type { OperationRequest } from '../execution/engine';
import type { PreparedOperation } from '../planning/prepared-operation';
import type { Caller } from '../security/caller';
import type { ChargeRefusedToken } from '../security/refused-tokens';
import type { TokenVerifier, Verification } from '../security/token-verifier';
import type { CurrentGraph } from '../supergraph/current-graph';
import type { Headers, UpstreamHeaders } from '../transport/upstream-headers';
import { clientLeaving } from './client-presence';
import type { Exchange, StreamedRefusal } from './exchange';
import type { PluginHost } from './plugins/plugin-host';
import { answerWithHooks } from './plugins/request-hooks';
import { statusOfRefusal, statusOfResult, statusOfText } from './result-status';

/** An operation that has been let in. */
export interface HttpOperation {
  readonly taken: Extract<TakenIn, { kind: 'operation' }>;
  readonly parameters: OperationParameters;
  readonly caller: Caller;
  readonly clientHeaders: Headers;
}

/** Answers operations over HTTP in parts: subscriptions, and whatever is asked for in such a form only. */
export interface StreamHandler {
  /** Whether a request's Accept header asks for one of its forms. */
  accepts(accept: string): boolean;
  /** How what is wrong with an operation is told to a client with this Accept header; undefined for by a status. */
  refusalFor(accept: string): StreamedRefusal | undefined;
  /** Writes the whole response; headers that each response has are set. Rejects if something failed that it has not told the client. */
  answer(operation: HttpOperation, request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

export interface AnswerParts {
  readonly graph: CurrentGraph;
  readonly intake: Intake;
  readonly verifyToken: TokenVerifier;
  readonly chargeRefusedToken: ChargeRefusedToken;
  readonly upstreamHeaders: Pick<UpstreamHeaders, 'take'>;
  readonly presentErrors: ErrorPresenter;
  /** Undefined where there are none: then nothing is done for them. */
  readonly plugins: PluginHost | undefined;
  /** Undefined where subscriptions are not served over HTTP. */
  readonly stream?: StreamHandler | undefined;
}

/** A request whose form is right. */
interface Asked {
  readonly parameters: OperationParameters;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly search: string;
  /** The client takes no answer in one piece. */
  readonly isStreamed: boolean;
}

export async function answerOperation(parts: AnswerParts, exchange: Exchange, asked: Asked): Promise<void> {
  const { request, response } = exchange;
  const judged = parts.verifyToken(request.headers.authorization);
  const verification = judged instanceof Promise ? await judged : judged;
  if (verification.kind !== 'caller') return refuseCaller(parts, exchange, verification);
  const { caller } = verification;
  const taken = parts.intake(asked.parameters, caller, request.socket.remoteAddress);
  if (taken.kind === 'refused') {
    return parts.plugins ? answerHooked(parts, parts.plugins, exchange, asked, { taken, caller }) : refuse(exchange, taken);
  }
  const { kind } = taken.prepared;
  // An EventSource can only GET.
  const isRead = kind === 'query' || (kind === 'subscription' && parts.stream?.accepts(request.headers.accept ?? ''));
  if (!isRead && request.method !== 'POST') {
    return exchange.refuse(405, [clientError('BAD_USER_INPUT', `By GET only queries are asked, and this is a ${kind}`, { field: 'method' })], ['allow', 'POST']);
  }
  if (kind === 'subscription' && !parts.stream) {
    return exchange.refuse(400, [clientError('BAD_USER_INPUT', 'A subscription goes over a WebSocket (graphql-transport-ws)', { field: 'query' })]);
  }
  const clientHeaders = parts.upstreamHeaders.take(request.headers);
  if (parts.stream && (asked.isStreamed || kind === 'subscription')) {
    for (let index = 0; index < exchange.headers.length; index += 2) response.setHeader(exchange.headers[index] as string, exchange.headers[index + 1] as string);
    return parts.stream.answer({ taken, caller, clientHeaders, parameters: asked.parameters }, request, response);
  }
  if (parts.plugins) return answerHooked(parts, parts.plugins, exchange, asked, { taken, caller });
  const { graph, prepared } = taken;
  const letGo = graph.use.hold();
  try {
    const operation = await graph.engine.executeToText(operationRequest(exchange, prepared, { caller, clientHeaders, variables: asked.parameters.variables }));
    await exchange.respond(statusIn(exchange, statusOfText(operation, caller)), operation.text);
  } finally {
    letGo();
  }
}

/** Queries are given up when nobody waits for them any more; mutations never are. */
function operationRequest({ request, requestId }: Exchange, prepared: PreparedOperation, { caller, clientHeaders, variables, traces }: Omit<OperationRequest, 'prepared' | 'signal' | 'requestId'>): OperationRequest {
  return { prepared, caller, clientHeaders, variables, traces, requestId, signal: prepared.kind === 'query' ? clientLeaving(request.socket) : undefined };
}

function refuse(exchange: Exchange, { status, errors, retryAfterMs }: Extract<TakenIn, { kind: 'refused' }>): Promise<void> | undefined {
  return exchange.refuse(statusIn(exchange, status), errors, retryHeaders(retryAfterMs));
}

const retryHeaders = (retryAfterMs: number | undefined): readonly string[] => (retryAfterMs === undefined ? [] : ['retry-after', String(Math.ceil(retryAfterMs / 1_000))]);

/** See {@link Exchange.format}. */
const statusIn = ({ format }: Exchange, status: number): number => (status === 400 && format.isLegacy ? 200 : status);

/** Answers a request whose token does not hold, or can't be checked. */
export async function refuseCaller({ plugins, chargeRefusedToken }: AnswerParts, exchange: Exchange, verification: Exclude<Verification, { kind: 'caller' }>): Promise<void> {
  const waitMs = verification.kind === 'refused' ? chargeRefusedToken(exchange.request.socket.remoteAddress) : undefined;
  if (waitMs !== undefined) return exchange.refuse(429, [tooManyRefusedTokens(waitMs)], retryHeaders(waitMs));
  const error = verification.kind === 'refused'
    ? clientError('UNAUTHENTICATED', verification.reason)
    : clientError('UNAVAILABLE', 'The token cannot be checked just now');
  for (const plugin of plugins?.plugins ?? []) await plugin.contextCreationDidFail?.({ error });
  if (verification.kind === 'refused') await exchange.refuse(401, [error], ['www-authenticate', 'Bearer error="invalid_token"']);
  else await exchange.refuse(503, [error], retryHeaders(1_000));
}

function tooManyRefusedTokens(retryAfterMs: number): GraphQLError {
  return clientError('RATE_LIMITED', `Too many tokens were refused: try again in ${retryAfterMs} ms`, { retryAfterMs });
}

/** The same, with plugins hearing of it. */
async function answerHooked(parts: AnswerParts, host: PluginHost, exchange: Exchange, asked: Asked, { taken, caller }: { taken: TakenIn; caller: Caller }): Promise<void> {
  const { request, requestId } = exchange;
  // From the first hook on: a plugin may take its time.
  const letGo = taken.kind === 'operation' ? taken.graph.use.hold() : undefined;
  const answer = await answerWithHooks(host, parts.graph, {
    taken,
    parameters: asked.parameters,
    http: { method: request.method ?? '', headers: headerMap(request.headers), search: asked.search === '' ? '' : `?${asked.search}`, body: asked.body },
    contextValue: { caller, ...(requestId === undefined ? {} : { requestId }) },
    execute(traces) {
      if (taken.kind === 'refused') throw new Error('What was refused is not executed');
      const { graph, prepared } = taken;
      return graph.engine.execute(operationRequest(exchange, prepared, { caller, clientHeaders: parts.upstreamHeaders.take(request.headers), variables: asked.parameters.variables, traces }));
    },
    present: (error) => parts.presentErrors([error], requestId)[0] ?? clientError('INTERNAL_SERVER_ERROR', 'Internal server error'),
    statusOf: (result) => statusIn(exchange, taken.kind === 'refused' ? taken.status : result.data === undefined ? statusOfRefusal(result.errors) : statusOfResult(result, caller)),
  }).finally(() => letGo?.());
  const retry = taken.kind === 'refused' ? retryHeaders(taken.retryAfterMs) : [];
  const text = JSON.stringify(answer.body);
  const headers = [...retry, ...answer.headers];
  await (taken.kind === 'refused' ? exchange.respondRefusal(answer.status, text, headers) : exchange.respond(answer.status, text, headers));
}

/** Headers as Apollo Server's plugins know them. */
function headerMap(headers: NodeJS.Dict<string | string[]>): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
