import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { HTTPGraphQLRequest, HTTPGraphQLResponse } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import type { GatewayLogger } from '../config';
import { presentErrors } from '../errors/client-errors';
import type { OperationResult } from '../execution/engine';
import type { PreparedOperation } from '../planning/prepared-operation';
import type { Caller } from '../security/caller';
import type { CurrentGraph } from '../supergraph/current-graph';
import type { ServedGraph } from '../supergraph/served-graph';

/** An operation that came over HTTP, opened. */
export interface HttpOperation {
  readonly prepared: PreparedOperation;
  /** That it was prepared for. */
  readonly graph: ServedGraph;
  readonly caller: Caller;
}

/** Apollo Server: GraphQL over HTTP (CSRF prevention, methods, media types, statuses) in front of the engine. */
export interface ApolloFront {
  respond(request: HTTPGraphQLRequest, operation: HttpOperation): Promise<HTTPGraphQLResponse>;
  stop(): Promise<void>;
}

const statusOf: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, BAD_USER_INPUT: 400 };

export async function startApolloFront(graph: CurrentGraph, logger: GatewayLogger, maxTokens: number): Promise<ApolloFront> {
  const server = new ApolloServer<HttpOperation>({
    gateway: {
      load: () => Promise.resolve({
        executor: async ({ request, context }) => {
          const { prepared, graph: { engine }, caller } = context as HttpOperation;
          return withStatus(await engine.execute({ prepared, caller, variables: request.variables ?? {} }), caller);
        },
      }),
      onSchemaLoadOrUpdate: (loaded) => {
        const { apiSchema, sdl } = graph.current.supergraph;
        loaded({ apiSchema, coreSupergraphSdl: sdl });
        return graph.onReplaced(({ supergraph }) => loaded({ apiSchema: supergraph.apiSchema, coreSupergraphSdl: supergraph.sdl }));
      },
      stop: () => Promise.resolve(),
    },
    // Documents are validated, once for all transports, before they come here.
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens, noLocation: true },
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) => ownWords(formatted, error, logger),
    logger: {
      debug: (message: string) => logger.debug({}, message),
      info: (message: string) => logger.info({}, message),
      warn: (message: string) => logger.warn({}, message),
      error: (message: string) => logger.error({}, message),
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await server.start();
  return {
    respond: (request, operation) => server.executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context: () => Promise.resolve(operation) }),
    stop: () => server.stop(),
  };
}

/** Headers as Apollo Server takes them. */
export function headerMap(headers: NodeJS.Dict<string | string[]>): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

/** What was not executed at all gets the status of its error, and so does a query of which an anonymous caller may have nothing. */
function withStatus(result: OperationResult, caller: Caller): { data?: Record<string, unknown> | null; errors?: readonly GraphQLError[] } {
  const [first, ...others] = result.errors ?? [];
  if (!first) return result;
  const nothing = result.data === undefined || (caller.kind === 'anonymous' && Object.values(result.data ?? {}).every((value) => value === null));
  const status = nothing ? statusOf[String(first.extensions['code'])] : undefined;
  if (!status) return result;
  const { message, path, nodes, source, positions, extensions } = first;
  const withHttp = new GraphQLError(message, { path, nodes, source, positions, extensions: { ...extensions, http: { status } } });
  return { ...result, errors: [withHttp, ...others] };
}

/** Apollo Server's own refusals, in the codes that this gateway uses; the engine's errors pass as they are. */
function ownWords(formatted: GraphQLFormattedError, error: unknown, logger: GatewayLogger): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  if (code === 'BAD_REQUEST') return { ...formatted, extensions: { code: 'BAD_USER_INPUT', field: 'request' } };
  if (code !== 'INTERNAL_SERVER_ERROR' || formatted.extensions?.['requestId']) return formatted;
  const [masked] = presentErrors([error], logger);
  return masked ? masked.toJSON() : formatted;
}
