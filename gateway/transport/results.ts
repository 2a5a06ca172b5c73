import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphResult } from './subgraph-transport';

export function isResult(value: unknown): value is SubgraphResult {
  return typeof value === 'object' && value !== null && ('data' in value || ('errors' in value && isErrorList(value.errors)));
}

function isErrorList(value: unknown): value is readonly GraphQLFormattedError[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && 'message' in item);
}

/** An event as it came over a socket. One without data is a refusal, whose errors go to clients as they are. */
export function eventOf(payload: unknown): SubgraphResult {
  if (!isResult(payload)) throw new Error('an event that is no GraphQL result');
  return payload.data === undefined ? refusal(payload.errors ?? []) : payload;
}

/** A result that has nothing but errors. */
export function refusal(errors: readonly GraphQLFormattedError[]): SubgraphResult {
  return { errors: errors.map(({ message, path, extensions }) => new GraphQLError(message, { path, extensions })) };
}
