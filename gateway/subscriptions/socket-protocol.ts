import { Kind } from 'graphql';
import type { ExecutionArgs , GraphQLError} from 'graphql';
import { CloseCode, makeServer } from 'graphql-ws';
import type { Server } from 'graphql-ws';
import type { Intake } from '../documents/intake';
import { clientError } from '../errors/client-errors';
import type { OperationRequest, OperationResult } from '../execution/engine';
import type { TokenVerifier } from '../security/token-verifier';
import type { ServedGraph } from '../supergraph/served-graph';
import type { ClientSocket } from './client-socket';

interface SocketProtocolParts {
  follow(graph: ServedGraph, request: OperationRequest): AsyncGenerator<OperationResult, void, void>;
  readonly intake: Intake;
  readonly verifyToken: TokenVerifier;
  readonly connectionInitTimeoutMs: number;
  readonly maxOperationsPerSocket: number;
  readonly isDraining: () => boolean;
}

/** What the protocol knows of a connection: our side of the socket. */
interface SocketExtra {
  readonly client: ClientSocket;
}

/** Ends a subscription with an `error` message that carries all of these. */
class SubscriptionEnded extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('The subscription has ended');
  }
}

/**
 * graphql-transport-ws over the engine. A token comes in connection_init as `authorization` ("Bearer ...", in any case) or as `token`
 * alone; without one the caller is anonymous. A token that is not accepted closes the socket with 4403, and so does the end of its life:
 * clients take that code as leave to come back, with a new one.
 */
export function socketProtocol(parts: SocketProtocolParts): Server<SocketExtra> {
  return makeServer<Record<string, unknown>, SocketExtra>({
    connectionInitWaitTimeout: parts.connectionInitTimeoutMs,

    async onConnect({ connectionParams, extra: { client } }) {
      const verification = await parts.verifyToken(authorizationOf(connectionParams));
      if (verification.kind === 'caller') {
        client.identify(verification.caller);
        return true;
      }
      if (verification.kind === 'refused') client.close(CloseCode.Forbidden, `Forbidden: ${verification.reason}`);
      else client.close(1013, 'The token cannot be checked just now: try again later');
      return false;
    },

    onSubscribe({ subscriptions, extra: { client } }, _id, payload) {
      if (parts.isDraining()) return [clientError('UNAVAILABLE', 'The gateway is shutting down')];
      if (Object.keys(subscriptions).length > parts.maxOperationsPerSocket) {
        return [clientError('RATE_LIMITED', `A socket carries at most ${parts.maxOperationsPerSocket} operations at once`)];
      }
      const { query, operationName, variables, extensions } = payload;
      const taken = parts.intake({ query, operationName: operationName ?? undefined, variables: variables ?? {}, extensions: extensions ?? {} }, client.caller);
      if (taken.kind === 'refused') return taken.errors;
      const { prepared, graph } = taken;
      const request: OperationRequest = { prepared, caller: client.caller, variables: variables ?? {} };
      return executionArguments({ client, request, graph });
    },

    execute(args) {
      const { client, request, graph } = carriedBy(args);
      const letGo = graph.use.hold();
      return client.whileBusy(() => graph.engine.execute(request).finally(letGo));
    },
    subscribe(args) {
      const { graph, request } = carriedBy(args);
      return endedByErrors(parts.follow(graph, request));
    },

    onError(_context, _id, _payload, errors) {
      const [{ originalError } = { originalError: undefined }] = errors as readonly GraphQLError[];
      return originalError instanceof SubscriptionEnded ? originalError.errors.map((error) => error.toJSON()) : undefined;
    },
  });
}

interface Carried extends SocketExtra {
  readonly graph: ServedGraph;
  readonly request: OperationRequest;
}

/** The protocol's library wants what graphql-js takes, and hands it back: ours travels as its context. */
function executionArguments(carried: Carried): ExecutionArgs {
  const { prepared } = carried.request;
  return {
    schema: prepared.schema,
    document: { kind: Kind.DOCUMENT, definitions: [prepared.operation] },
    contextValue: carried,
  };
}

function carriedBy({ contextValue }: ExecutionArgs): Carried {
  return contextValue as Carried;
}

function authorizationOf(parameters: Readonly<Record<string, unknown>> | undefined): string | undefined {
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (value === null || value === undefined) continue;
    // What is no string is handed on as one, to be refused.
    if (name.toLowerCase() === 'authorization') return String(value);
    if (name === 'token') return `Bearer ${String(value)}`;
  }
  return undefined;
}

/** The protocol has a message of its own for a subscription that can't begin or go on. */
function endedByErrors(results: AsyncGenerator<OperationResult, void, void>): AsyncGenerator<OperationResult, void, void> {
  return {
    ...results,
    async next() {
      const step = await results.next();
      if (!step.done && step.value.data === undefined) throw new SubscriptionEnded(step.value.errors ?? []);
      return step;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
