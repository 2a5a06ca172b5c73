import { GraphQLError, subscribe, type ExecutionArgs } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';
import type { Logger } from '../../telemetry';
import type { Subgraph } from '../build-subgraph';
import type { ContextOf, SubgraphContext } from '../context';
import { badUserInput, presentable } from '../errors';
import type { Serves } from './config';
import { documentReader } from './documents';
import { operationOf, refusalOf } from './served-operations';
import { served } from './served-subscription';
import type { SocketPace } from './socket-pace';
import type { SubscriptionPositions, ToldPositions } from './told-positions';

interface SocketProtocolParts {
  readonly subgraph: Subgraph & { readonly contextOf: ContextOf };
  readonly serves: Serves;
  readonly maxOperationsPerSocket: number;
  readonly logger: Logger;
}

/** Our side of a socket. */
interface SocketSide {
  readonly pace: SocketPace;
  readonly positions: ToldPositions;
}

/** What travels with an operation through the protocol's library, which wants graphql-js' arguments. */
interface Carried {
  readonly context: SubgraphContext;
  readonly pace: SocketPace;
  readonly positions: SubscriptionPositions;
}

/**
 * Subscriptions over graphql-transport-ws. One socket carries those of many people: who asks stands in each operation's `extensions.headers`,
 * or else, for all of a socket, in its connection_init. A peer with `positions: true` in its connection_init
 * is told by pings where a subscription has come to without events.
 */
export function socketProtocol({ subgraph, serves, maxOperationsPerSocket, logger }: SocketProtocolParts): Server<SocketSide> {
  const { schema, contextOf } = subgraph;
  const read = documentReader(schema);

  return makeServer<Record<string, unknown>, SocketSide>({
    async onSubscribe({ subscriptions, connectionParams, extra: { pace, positions: told } }, id, { query, operationName, variables, extensions }) {
      if (Object.keys(subscriptions).length > maxOperationsPerSocket) return [tooMany(maxOperationsPerSocket)];
      const document = read(query);
      if (!('kind' in document)) return document;
      const operation = operationOf(document, operationName);
      if (operation?.operation !== 'subscription') return [badUserInput('A socket carries subscriptions; all else is asked by POST.', 'query')];
      const refusal = refusalOf(document, operation, serves);
      if (refusal) return [refusal];
      const positions = told.of(id, connectionParams?.['positions'] === true);
      const context = await contextOf(headersIn(extensions?.['headers'] ?? connectionParams), undefined, positions.tell);
      return { schema, document, operationName, variableValues: variables, contextValue: { context, pace, positions } satisfies Carried };
    },

    async subscribe(args: ExecutionArgs) {
      const { context, pace, positions } = args.contextValue as Carried;
      const present = (error: unknown): GraphQLError => presentable(causeOf(error), context.requestId, logger);
      const source = await subscribe({ ...args, contextValue: context });
      return 'next' in source ? served(source, { pace, positions, present }) : source;
    },

    onError: (_context, _id, _payload, errors) => errors.map((error) => {
      const { originalError } = error as GraphQLError;
      return (originalError instanceof GraphQLError ? originalError : error).toJSON();
    }),
  });
}

/** Names in lower case; what is no text is left out. */
function headersIn(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([name, text]: [string, unknown]) => (typeof text === 'string' ? [[name.toLowerCase(), text]] : [])));
}

function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError ? (error.originalError ?? error) : error;
}

const tooMany = (most: number): GraphQLError =>
  new GraphQLError(`A socket carries at most ${most} subscriptions at once`, { extensions: { code: 'RATE_LIMITED' } });
