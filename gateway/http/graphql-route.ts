import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, type HttpRoute } from '@test-planning/kernel/http';
import { GraphQLError } from 'graphql';
import type { Intake } from '../documents/intake';
import { clientError } from '../errors/client-errors';
import type { TokenVerifier } from '../security/token-verifier';
import { headerMap } from './apollo-front';
import type { ApolloFront } from './apollo-front';
import type { CrossOrigin } from './cross-origin';
import { parametersOf, parametersOfSearch } from './operation-parameters';
import { respondErrors } from './respond';

interface GraphqlRouteParts {
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly intake: Intake;
  readonly verifyToken: TokenVerifier;
  readonly apollo: ApolloFront;
  readonly crossOrigin: CrossOrigin;
}

/** GraphQL over HTTP at one path. */
export function graphqlRoute(parts: GraphqlRouteParts): HttpRoute {
  return async (request, response) => {
    const [path, search = ''] = (request.url ?? '').split('?', 2);
    if (path !== parts.path) return false;
    if (request.method === 'OPTIONS') {
      parts.crossOrigin.preflight(request, response);
      return true;
    }
    parts.crossOrigin.allow(request, response);
    if (request.method === 'POST') {
      const body = await readBody(request, parts.maxBodyBytes);
      if (body.kind === 'unreadable') respondErrors(response, body.status, [clientError('BAD_USER_INPUT', body.message, { field: 'body' })]);
      else await answer(parts, request, response, { parameters: parametersOf(body.value), body: body.value, search: '' });
    } else if (request.method === 'GET') {
      await answer(parts, request, response, { parameters: parametersOfSearch(new URLSearchParams(search)), body: undefined, search });
    } else {
      response.setHeader('allow', 'GET, POST, OPTIONS');
      respondErrors(response, 405, [clientError('BAD_USER_INPUT', 'GraphQL is asked by GET or POST', { field: 'method' })]);
    }
    return true;
  };
}

interface Asked {
  readonly parameters: ReturnType<typeof parametersOf>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly search: string;
}

async function answer(parts: GraphqlRouteParts, request: IncomingMessage, response: ServerResponse, { parameters, body, search }: Asked): Promise<void> {
  if (parameters instanceof GraphQLError) return respondErrors(response, 400, [parameters]);
  const verification = await parts.verifyToken(request.headers.authorization);
  if (verification.kind === 'refused') {
    response.setHeader('www-authenticate', 'Bearer error="invalid_token"');
    return respondErrors(response, 401, [clientError('UNAUTHENTICATED', verification.reason)]);
  }
  if (verification.kind === 'undecided') {
    return respondErrors(response, 503, [clientError('UNAVAILABLE', 'The token cannot be checked just now')]);
  }
  const taken = parts.intake(parameters, verification.caller);
  if (taken.kind === 'refused') return respondErrors(response, taken.status, taken.errors);
  const { prepared, graph } = taken;
  if (prepared.kind === 'subscription') {
    return respondErrors(response, 400, [clientError('BAD_USER_INPUT', 'A subscription goes over a WebSocket (graphql-transport-ws)', { field: 'query' })]);
  }
  const letGo = graph.use.hold();
  const answered = await parts.apollo.respond(
    { method: request.method ?? '', headers: headerMap(request.headers), search, body },
    { prepared, graph, caller: verification.caller },
  ).finally(letGo);
  if (answered.body.kind !== 'complete') throw new Error('An answer in parts, which nothing here asks for');
  for (const [name, value] of answered.headers) response.setHeader(name, value);
  response.setHeader('content-length', Buffer.byteLength(answered.body.string));
  response.writeHead(answered.status ?? 200).end(answered.body.string);
}
