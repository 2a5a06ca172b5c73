import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { GatewayLogger } from '../config';
import { ReaderTooSlow, SubgraphUnreachable } from '../transport/subgraph-transport';

/** Codes behind which lies something that a client has no part in, and must not see. */
const masked: ReadonlySet<unknown> = new Set([undefined, 'INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR']);
/** What executors and subgraphs add for people who debug them. */
const internal = new Set(['serviceName', 'exception', 'stacktrace', 'http']);

/** Of one answer: the others are counted, since a subgraph's one fault may come as a thousand errors. */
const maxLogged = 10;

/** An error whose message and code are meant for clients. */
export function clientError(code: string, message: string, extensions: Readonly<Record<string, unknown>> = {}, path?: readonly string[]): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions }, path });
}

/**
 * What a client may see of errors: those with a code of their own keep it with all that belongs to it; a subgraph that gave no answer is
 * UNAVAILABLE, and so is a subscription that was read too slowly; all others become INTERNAL_SERVER_ERROR with a `requestId` under which the log has the
 * truth (of ten errors, and how many more there are): the given one, or one made up. What was masked stays behind as `originalError`, which is never sent.
 */
export function presentErrors(errors: readonly unknown[], logger: GatewayLogger, givenId?: string): GraphQLError[] {
  let requestId = givenId;
  let maskedErrors = 0;
  const presented = errors.map((error) => {
    const known = error instanceof GraphQLError ? error : undefined;
    const cause = known?.originalError ?? error;
    if (cause instanceof SubgraphUnreachable) {
      // Nobody waits any more where the request was given up.
      const level = cause.cause instanceof Error && cause.cause.name === 'AbortError' ? 'debug' : 'warn';
      logger[level]({ err: cause.cause, subgraph: cause.subgraph }, cause.message);
      return new GraphQLError(cause.message, { path: known?.path, extensions: { code: 'UNAVAILABLE' } });
    }
    if (cause instanceof ReaderTooSlow) {
      logger.warn({ subgraph: cause.subgraph }, 'A subscription was read too slowly');
      return new GraphQLError(cause.message, { extensions: { code: 'UNAVAILABLE' } });
    }
    if (!known || masked.has(known.extensions['code'])) {
      requestId ??= randomUUID();
      maskedErrors += 1;
      if (maskedErrors <= maxLogged) logger.error({ err: cause, path: known?.path, requestId }, 'A request failed');
      return new GraphQLError('Internal server error', { path: known?.path, originalError: cause instanceof Error ? cause : null, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } });
    }
    const extensions = Object.fromEntries(Object.entries(known.extensions).filter(([name]) => !internal.has(name)));
    return new GraphQLError(known.message, { nodes: known.nodes, source: known.source, positions: known.positions, path: known.path, extensions });
  });
  if (maskedErrors > maxLogged) logger.error({ requestId, notLogged: maskedErrors - maxLogged }, 'A request failed in more places');
  return presented;
}
