import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, respondJson, type HttpRoute } from '../../http';
import type { Logger } from '../../telemetry';
import type { Subgraph } from '../build-subgraph';
import type { ContextOf, SubgraphContext } from '../context';
import { badUserInput } from '../errors';
import type { Serves } from './config';
import { refusalOf } from './served-operations';

interface HttpFrontParts {
  readonly subgraph: Subgraph & { readonly contextOf: ContextOf };
  readonly serves: Serves;
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly logger: Logger;
}

/** Queries and mutations, by POST of one JSON object: Apollo Server behind a route. */
interface HttpFront {
  readonly route: HttpRoute;
  stop(): Promise<void>;
}

export async function startHttpFront({ subgraph, serves, path, maxBodyBytes, logger }: HttpFrontParts): Promise<HttpFront> {
  const server = new ApolloServer<SubgraphContext>({
    schema: subgraph.schema,
    introspection: true,
    // Only POST of application/json comes this far, which no page from elsewhere can send without being asked first.
    csrfPrevention: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: apolloLog(logger),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      {
        requestDidStart: () => Promise.resolve({
          didResolveOperation({ document, operation }) {
            const refusal = operation && refusalOf(document, operation, serves);
            return refusal ? Promise.reject(refusal) : Promise.resolve();
          },
        }),
      },
    ],
  });
  await server.start();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, { maxBytes: maxBodyBytes });
    if (body.kind === 'unreadable') return respondJson(response, body.status, { errors: [badUserInput(body.message, 'body')] });
    const headers = flat(request.headers);
    const answered = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: headerMap(headers), search: '', body: body.value },
      context: () => subgraph.contextOf(headers),
    });
    if (answered.body.kind !== 'complete') throw new Error('An answer in parts, which nothing here asks for');
    for (const [name, value] of answered.headers) response.setHeader(name, value);
    response.setHeader('content-length', Buffer.byteLength(answered.body.string));
    response.writeHead(answered.status ?? 200).end(answered.body.string);
  }

  return {
    route: async (request, response) => {
      if ((request.url ?? '').split('?')[0] !== path) return false;
      if (request.method === 'POST') {
        await answer(request, response);
      } else {
        response.setHeader('allow', 'POST');
        respondJson(response, 405, { errors: [badUserInput('A subgraph is asked by POST.', 'method')] });
      }
      return true;
    },
    stop: () => server.stop(),
  };
}

/** A header that came several times is one, as HTTP has it. */
function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const one: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) one[name] = Array.isArray(value) ? value.join(', ') : value;
  return one;
}

function headerMap(headers: Readonly<Record<string, string>>): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) map.set(name, value);
  return map;
}

/** Apollo Server says what it has to say in sentences alone. */
function apolloLog(logger: Logger) {
  return {
    debug: (message: string) => logger.debug(message),
    info: (message: string) => logger.info(message),
    warn: (message: string) => logger.warn(message),
    error: (message: string) => logger.error(message),
  };
}
