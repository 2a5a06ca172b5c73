import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRepeated, readBody, type HttpRoute } from '@test-planning/kernel/http';
import { GraphQLError } from 'graphql';
import { clientError } from '../errors/client-errors';
import { parseJson } from '../json/parse-json';
import { answerOperation, refuseCaller } from './answer-operation';
import type { AnswerParts } from './answer-operation';
import { allowedMethods } from './cross-origin';
import type { CrossOrigin } from './cross-origin';
import { crossSiteMessage, mayBeCrossSite } from './cross-site';
import { Exchange } from './exchange';
import { parametersOf, parametersOfSearch } from './operation-parameters';
import { requestIdOf } from './request-id';
import { resultFormat } from './result-format';
import type { UnreadResponses } from './unread-responses';

interface GraphqlRouteParts extends AnswerParts {
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly maxSignedBodyBytes: number;
  readonly maxJsonValues: number;
  readonly crossOrigin: CrossOrigin;
  /** Whether requests are refused that a page of any site could make a browser send. */
  readonly preventsCsrf: boolean;
  /** Whether long answers are compressed for clients that take that. */
  readonly compresses: boolean;
  readonly unread: UnreadResponses;
}

/** GraphQL over HTTP at one path. */
export function graphqlRoute(parts: GraphqlRouteParts): HttpRoute {
  return (request, response) => {
    const url = request.url ?? '';
    if (url !== parts.path && !(url.startsWith(parts.path) && url[parts.path.length] === '?')) return false;
    return handle(parts, request, response).then(() => true);
  };
}

async function handle(parts: GraphqlRouteParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, headers: { origin } } = request;
  if (method === 'OPTIONS') return parts.crossOrigin.preflight(request, response);
  const exchange = exchangeOf(parts, request, response, origin);
  try {
    await serve(parts, exchange);
  } catch (error) {
    // A client that went away needs no answer, and one that has begun can't be taken back.
    if (response.headersSent) response.destroy();
    else if (!response.destroyed) await exchange.refuse(500, parts.presentErrors([error], exchange.requestId));
  }
}

async function serve(parts: GraphqlRouteParts, exchange: Exchange): Promise<void> {
  const { request, request: { method, headers: { accept } } } = exchange;
  const format = resultFormat(accept);
  const isStreamed = format === 'none' && parts.stream?.accepts(accept ?? '') === true;
  if (isStreamed) exchange.streamedRefusal = parts.stream?.refusalFor(accept ?? '');
  if (format !== 'none') exchange.format = format;
  else if (!isStreamed) return refuse(parts, exchange, 406, clientError('BAD_USER_INPUT', 'Answers are application/graphql-response+json or application/json: accept has neither', { field: 'accept' }));
  if (isRepeated(request, 'authorization')) return refuse(parts, exchange, 400, clientError('BAD_USER_INPUT', 'The request has several authorization headers', { field: 'authorization' }));
  if (method === 'POST') {
    const isLarge = mayBeLarge(request, parts);
    if (isLarge) {
      const verification = await parts.verifyToken(request.headers.authorization);
      if (verification.kind !== 'caller') return refuseCaller(parts, exchange, verification);
    }
    const body = await readBody(request, { maxBytes: isLarge ? parts.maxSignedBodyBytes : parts.maxBodyBytes, maxValues: parts.maxJsonValues, parse: parseJson });
    if (body.kind === 'unreadable') return refuse(parts, exchange, body.status, clientError('BAD_USER_INPUT', body.message, { field: 'body' }));
    const parameters = parametersOf(body.value);
    if (parameters instanceof GraphQLError) return refuse(parts, exchange, 400, parameters);
    return answerOperation(parts, exchange, { parameters, body: body.value, search: '', isStreamed });
  }
  if (method === 'GET' || method === 'HEAD') {
    if (parts.preventsCsrf && mayBeCrossSite(request, parts.crossOrigin)) return refuse(parts, exchange, 400, clientError('BAD_USER_INPUT', crossSiteMessage, { field: 'request' }));
    const search = (request.url ?? '').slice(parts.path.length + 1);
    const parameters = parametersOfSearch(new URLSearchParams(search));
    if (parameters instanceof GraphQLError) return refuse(parts, exchange, 400, parameters);
    return answerOperation(parts, exchange, { parameters, body: undefined, search, isStreamed });
  }
  return refuse(parts, exchange, 405, clientError('BAD_USER_INPUT', 'GraphQL is asked by GET or POST', { field: 'method' }), ['allow', allowedMethods]);
}

/** Whether a body may have more bytes than an anonymous one, once its token is verified. */
const mayBeLarge = ({ headers }: IncomingMessage, { maxBodyBytes, maxSignedBodyBytes }: GraphqlRouteParts): boolean =>
  maxSignedBodyBytes > maxBodyBytes && Boolean(headers.authorization) && headers['content-encoding'] === undefined && !(Number(headers['content-length']) <= maxBodyBytes);

function exchangeOf({ crossOrigin, compresses, unread }: GraphqlRouteParts, request: IncomingMessage, response: ServerResponse, origin: string | undefined): Exchange {
  const requestId = requestIdOf(request);
  const headers = crossOrigin.headersFor(origin);
  return new Exchange({ request, response, requestId, compresses, unread, headers: requestId === undefined ? headers : [...headers, 'x-request-id', requestId] });
}

/** What is no GraphQL request. */
async function refuse({ plugins }: GraphqlRouteParts, exchange: Exchange, status: number, error: GraphQLError, headers?: readonly string[]): Promise<void> {
  for (const plugin of plugins?.plugins ?? []) await plugin.invalidRequestWasReceived?.({ error });
  await exchange.refuse(status, [error], headers);
}
