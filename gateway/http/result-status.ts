import type { GraphQLError } from 'graphql';
import type { OperationResult } from '../execution/engine';
import type { Caller } from '../security/caller';

const statuses: ReadonlyMap<unknown, number> = new Map([
  ['UNAUTHENTICATED', 401], ['FORBIDDEN', 403], ['RATE_LIMITED', 429], ['INTERNAL_SERVER_ERROR', 500], ['UNAVAILABLE', 503],
]);

/** Of an operation's answer: 200 as soon as something was executed; else that of its first error. */
export function statusOfResult(result: OperationResult, caller: Caller): number {
  const { data, errors } = result;
  if (data === undefined) return statusOfRefusal(errors);
  const [first] = errors ?? [];
  if (!first || caller.kind !== 'anonymous') return 200;
  // A client without a token, of a query of which it may have nothing, is told so where it looks first.
  const isForToken = first.extensions['code'] === 'UNAUTHENTICATED' && (data === null || Object.values(data).every((value) => value === null));
  return isForToken ? 401 : 200;
}

/** Of a request that was not executed: 400 unless its first error is of another kind. */
export function statusOfRefusal(errors: readonly GraphQLError[] | undefined): number {
  return statuses.get(errors?.[0]?.extensions['code']) ?? 400;
}
