import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { nestsDeeperThan } from '../documents/nesting';
import { isExactNumber } from '../json/exact-number';
import type { SubgraphResult } from './subgraph-transport';

type Fields = Readonly<Record<string, unknown>>;

/** They go on to clients, and what can be read however deep it is nested can't always be written. */
const maxExtensionsDepth = 100;

/** Errors of one answer: many more would say nothing new. */
export const maxErrors = 1_000;

/**
 * A subgraph's answer, or undefined for what is none: `data`, if there, has to be an object or null; without it, one of `errors` has to be an object with a message. What of an error is of another form than
 * GraphQL says is left out, also its message, and so are errors behind the first `maxErrors`. Beside data, anything else in place of the list is one error without a message.
 */
export function resultOf(value: unknown): SubgraphResult | undefined {
  if (!isObject(value)) return undefined;
  const { data, errors } = value;
  if (data !== undefined && data !== null && !isObject(data)) return undefined;
  if (errors === undefined || errors === null) return data === undefined ? undefined : value;
  const list: readonly unknown[] = Array.isArray(errors) ? errors : [errors];
  if (data === undefined && !(Array.isArray(errors) && errors.some(hasMessage))) return undefined;
  return { ...value, errors: list.slice(0, maxErrors).map(errorOf) } as unknown as SubgraphResult;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

function hasMessage(value: unknown): boolean {
  return isObject(value) && typeof value['message'] === 'string';
}

/** An empty message stands for none: whoever knows the subgraph's name has words for it. */
function errorOf(value: unknown): GraphQLFormattedError {
  if (!isObject(value)) return { message: typeof value === 'string' ? value : '' };
  const { message, path, extensions } = value;
  return { message: typeof message === 'string' ? message : '', ...(isPath(path) ? { path } : {}), ...(isObject(extensions) && !nestsDeeperThan(extensions, maxExtensionsDepth) ? { extensions } : {}) };
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || Number.isSafeInteger(step));
}

/** An event as it came over a stream. One without data is a refusal, whose errors go to clients as they are. @throws for what is no result. */
export function eventOf(payload: unknown): SubgraphResult {
  const result = resultOf(payload);
  if (!result) throw new Error('an event that is no GraphQL result');
  return result.data === undefined ? refusal(result.errors ?? []) : result;
}

/** A result that has nothing but errors. */
export function refusal(errors: readonly GraphQLFormattedError[]): SubgraphResult {
  return { errors: errors.map(({ message, path, extensions }) => new GraphQLError(message, { path, extensions })) };
}
