import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { GatewayLogger } from '../config';
import { ReaderTooSlow, SubgraphUnreachable } from '../transport/subgraph-transport';

/** What clients are told of errors. */
export interface ErrorRules {
  /**
   * Which messages clients don't see: `uncoded`, the default, those without a code or with one that says no more; `all`, whatever a subgraph says, of
   * which code and path are left; `none`, only those of faults within the gateway.
   */
  readonly mask?: ErrorMask;
  /** Extensions of errors that clients don't see, beside serviceName, exception, stacktrace and http. */
  readonly hiddenExtensions?: readonly string[];
}

export const errorMasks = ['uncoded', 'all', 'none'] as const;
export type ErrorMask = typeof errorMasks[number];

/**
 * What a client may see of errors: those with a code of their own keep it with all that belongs to it; a subgraph that gave no answer is
 * UNAVAILABLE, and so is a subscription that was read too slowly; all others become INTERNAL_SERVER_ERROR with a `requestId` under which the log has the
 * truth (of ten errors, and how many more there are): the given one, or one made up. What was masked stays behind as `originalError`, which is never sent.
 * {@link ErrorRules} say otherwise.
 */
export type ErrorPresenter = (errors: readonly unknown[], requestId?: string) => GraphQLError[];

/** Codes behind which lies something that a client has no part in, and must not see. */
const vague: ReadonlySet<unknown> = new Set([undefined, 'INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR']);
/** What executors and subgraphs add for people who debug them. */
const internal = ['serviceName', 'exception', 'stacktrace', 'http'];

/** Of one answer: the others are counted, since a subgraph's one fault may come as a thousand errors. */
const maxLogged = 10;

/** @throws {RangeError} for a mask that there is not. */
export function errorPresenter({ mask = 'uncoded', hiddenExtensions = [] }: ErrorRules, logger: GatewayLogger): ErrorPresenter {
  if (!errorMasks.includes(mask)) throw new RangeError(`errors.mask has to be ${errorMasks.join(', ')}, not "${String(mask)}"`);
  const hidden = new Set([...internal, ...hiddenExtensions]);
  const shown = ({ extensions }: GraphQLError) => Object.fromEntries(Object.entries(extensions).filter(([name]) => !hidden.has(name)));

  return (errors, givenId) => {
    let requestId = givenId;
    let logged = 0;

    function log(level: 'info' | 'error', fields: object): string {
      requestId ??= randomUUID();
      logged += 1;
      if (logged <= maxLogged) logger[level]({ ...fields, requestId }, 'A request failed');
      return requestId;
    }

    const presented = errors.map((error) => {
      const known = error instanceof GraphQLError ? error : undefined;
      const cause = known?.originalError ?? error;
      const path = known?.path;
      if (cause instanceof SubgraphUnreachable) {
        // Nobody waits any more where the request was given up.
        const level = cause.cause instanceof Error && cause.cause.name === 'AbortError' ? 'debug' : 'warn';
        logger[level]({ err: cause.cause, subgraph: cause.subgraph }, cause.message);
        return new GraphQLError(cause.message, { path, extensions: { code: 'UNAVAILABLE' } });
      }
      if (cause instanceof ReaderTooSlow) {
        logger.warn({ subgraph: cause.subgraph, err: cause }, 'A subscription did not keep up with its events');
        return new GraphQLError(cause.message, { extensions: { code: 'UNAVAILABLE' } });
      }
      const code = known?.extensions['code'];
      const isVague = vague.has(code);
      if (!known || (isVague && mask !== 'none') || (mask === 'all' && isOfSubgraph(known))) {
        const id = log(isVague ? 'error' : 'info', { err: cause, path });
        const told = mask === 'all' && !isVague && typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR';
        return new GraphQLError('Internal server error', { path, originalError: cause instanceof Error ? cause : null, extensions: { code: told, requestId: id } });
      }
      const extensions = isVague ? { ...shown(known), code: code ?? 'INTERNAL_SERVER_ERROR', requestId: log('error', { err: cause, path }) } : shown(known);
      return new GraphQLError(known.message, { nodes: known.nodes, source: known.source, positions: known.positions, path, extensions });
    });
    if (logged > maxLogged) logger.error({ requestId, notLogged: logged - maxLogged }, 'A request failed in more places');
    return presented;
  };
}

/** All that comes from a subgraph is told with its name. */
function isOfSubgraph({ extensions }: GraphQLError): boolean {
  return extensions['serviceName'] !== undefined;
}
