import type { GraphQLError } from 'graphql';
import { resultOf } from '../execution/operation-result';
import type { OperationResult, OperationText } from '../execution/operation-result';
import type { Caller } from '../security/caller';

const statuses: ReadonlyMap<unknown, number> = new Map([
  ['UNAUTHENTICATED', 401], ['FORBIDDEN', 403], ['RATE_LIMITED', 429], ['INTERNAL_SERVER_ERROR', 500], ['UNAVAILABLE', 503],
]);

/** Of an operation's answer: 200 as soon as something was executed; else that of its first error. */
export function statusOfResult({ data, errors }: OperationResult, caller: Caller): number {
  if (data === undefined) return statusOfRefusal(errors);
  return isForToken(errors, caller) && isEmpty(data) ? 401 : 200;
}

/** The same of an answer that is text already. */
export function statusOfText(operation: OperationText, caller: Caller): number {
  if (operation.kind === 'refused') return statusOfRefusal(operation.errors);
  return isForToken(operation.errors, caller) && isEmpty(resultOf(operation).data) ? 401 : 200;
}

/** A client without a token, of a query of which it may have nothing, is told so where it looks first. */
function isForToken(errors: readonly GraphQLError[] | undefined, caller: Caller): boolean {
  return caller.kind === 'anonymous' && errors?.[0]?.extensions['code'] === 'UNAUTHENTICATED';
}

function isEmpty(data: OperationResult['data']): boolean {
  return !data || Object.values(data).every((value) => value === null);
}

/** Of a request that was not executed: 400 unless its first error is of another kind. */
export function statusOfRefusal(errors: readonly GraphQLError[] | undefined): number {
  return statuses.get(errors?.[0]?.extensions['code']) ?? 400;
}
