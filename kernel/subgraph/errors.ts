import { GraphQLError } from 'graphql';
import { UnavailableError } from '../health';

/** What `extensions.code` of a request's error can be. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'CURSOR_EXPIRED'
  | 'CURSOR_INVALID'
  | 'UNAVAILABLE'
  | 'NOT_SERVED_HERE'
  | 'INTERNAL_SERVER_ERROR';

const failure = (code: ErrorCode, message: string, extensions: Readonly<Record<string, unknown>> = {}): GraphQLError =>
  new GraphQLError(message, { extensions: { code, ...extensions } });

export const unauthenticated = (): GraphQLError => failure('UNAUTHENTICATED', 'A valid token is needed.');

/** Of `field`, which may have keys that a client chose. */
const MAX_FIELD_LENGTH = 100;
const MAX_MESSAGE_LENGTH = 300;

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);

/** `field` says where the bad value stands: `first`, `input.name`, `methods[3].name`. */
export const badUserInput = (message: string, field: string): GraphQLError =>
  failure('BAD_USER_INPUT', cut(message, MAX_MESSAGE_LENGTH), { field: cut(field, MAX_FIELD_LENGTH) });

export const notFound = (message: string): GraphQLError => failure('NOT_FOUND', message);

export const cursorInvalid = (): GraphQLError => failure('CURSOR_INVALID', 'This cursor was not given out for this place.');

export const cursorExpired = (): GraphQLError => failure('CURSOR_EXPIRED', 'This cursor is too old to go on from.');

/** Nobody knows whether the command was accepted; sent again with this id, it has no second effect. */
export const unavailable = (commandId: string): GraphQLError =>
  failure('UNAVAILABLE', 'The command may not have been accepted. Send it again with the same commandId.', { commandId });

/** What the process that was asked leaves to others of its subgraph: a mistake in who is asked for what. */
export const notServedHere = (message: string): GraphQLError => failure('NOT_SERVED_HERE', message);

/** Where errors that nobody expected are written. A pino logger is one. */
export interface ErrorLog {
  error(details: object, message: string): void;
}

/**
 * What a client gets for whatever a resolver threw: a GraphQL error as it is; UNAVAILABLE when a log or a store is out of reach; anything
 * else is masked. What isn't a GraphQL error is written to the log, with the request's id in both.
 */
export function presentable(error: unknown, requestId: string, log: ErrorLog): GraphQLError {
  if (error instanceof GraphQLError) return error;
  if (error instanceof UnavailableError) {
    log.error({ err: error, requestId }, 'a request could not be answered');
    return failure('UNAVAILABLE', 'This can\'t be answered right now. Try again.', { requestId });
  }
  log.error({ err: error, requestId }, 'a resolver failed');
  return failure('INTERNAL_SERVER_ERROR', 'Internal server error', { requestId });
}
