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
 * A subgraph's answer, or undefined for what is none: `data`, if there, has to be an object or null, each of `errors` an object with a message; one of both has to be
 * there. What else of an error is of another form than GraphQL says is left out, and so are errors behind the first `maxErrors`.
 */
export function resultOf(value: unknown): SubgraphResult | undefined {
  if (!isObject(value)) return undefined;
  const { data, errors } = value;
  if (data !== undefined && data !== null && !isObject(data)) return undefined;
  if (errors === undefined || errors === null) return data === undefined ? undefined : value;
  if (!Array.isArray(errors) || (errors.length === 0 && data === undefined)) return undefined;
  const wellFormed = errors.slice(0, maxErrors).map(errorOf);
  return wellFormed.includes(undefined) ? undefined : { ...value, errors: wellFormed } as unknown as SubgraphResult;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

function errorOf(value: unknown): GraphQLFormattedError | undefined {
  if (!isObject(value) || typeof value['message'] !== 'string') return undefined;
  const { message, path, extensions } = value;
  return { message, ...(isPath(path) ? { path } : {}), ...(isObject(extensions) && !nestsDeeperThan(extensions, maxExtensionsDepth) ? { extensions } : {}) };
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
