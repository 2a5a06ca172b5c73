import { GraphQLError } from 'graphql';

/** What `extensions.code` of a request's error can be. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'CURSOR_EXPIRED'
  | 'CURSOR_INVALID'
  | 'UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR';

const failure = (code: ErrorCode, message: string, extensions: Readonly<Record<string, unknown>> = {}): GraphQLError =>
  new GraphQLError(message, { extensions: { code, ...extensions } });

export const unauthenticated = (): GraphQLError => failure('UNAUTHENTICATED', 'A valid token is needed.');

/** `field` says where the bad value stands: `first`, `input.name`, `methods[3].name`. */
export const badUserInput = (message: string, field: string): GraphQLError => failure('BAD_USER_INPUT', message, { field });

export const notFound = (message: string): GraphQLError => failure('NOT_FOUND', message);

export const cursorInvalid = (): GraphQLError => failure('CURSOR_INVALID', 'This cursor was not given out for this place.');

export const cursorExpired = (): GraphQLError => failure('CURSOR_EXPIRED', 'This cursor is too old to go on from.');

/** Nobody knows whether the command was accepted; sent again with this id, it has no second effect. */
export const unavailable = (commandId: string): GraphQLError =>
  failure('UNAVAILABLE', 'The command may not have been accepted. Send it again with the same commandId.', { commandId });

/** Where errors that nobody expected are written. A pino logger is one. */
export interface ErrorLog {
  error(details: object, message: string): void;
}

/**
 * What a client gets for whatever a resolver threw: a GraphQL error as it is; anything else is written to the log and masked,
 * with the request's id in both.
 */
export function presentable(error: unknown, requestId: string, log: ErrorLog): GraphQLError {
  if (error instanceof GraphQLError) return error;
  log.error({ err: error, requestId }, 'a resolver failed');
  return failure('INTERNAL_SERVER_ERROR', 'Internal server error', { requestId });
}
