import type { GraphQLError } from 'graphql';
import type { OperationParameters } from '../documents/intake';
import { clientError } from '../errors/client-errors';

/** From a POST body. */
export function parametersOf(body: Readonly<Record<string, unknown>>): OperationParameters | GraphQLError {
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' || query.trim() === '') return badParameter('query', 'must be a text that is not empty');
  if (!isAbsent(operationName) && typeof operationName !== 'string') return badParameter('operationName', 'must be a string');
  if (!isAbsent(variables) && !isRecord(variables)) return badParameter('variables', 'must be an object');
  if (!isAbsent(extensions) && !isRecord(extensions)) return badParameter('extensions', 'must be an object');
  return { query, operationName: operationName ?? undefined, variables: variables ?? {}, extensions: extensions ?? {} };
}

/** From a GET request's query string. */
export function parametersOfSearch(search: URLSearchParams): OperationParameters | GraphQLError {
  const body: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'variables', 'extensions']) {
    const [value, another] = search.getAll(name);
    if (another !== undefined) return badParameter(name, 'must be given once');
    if (value === undefined) continue;
    const isText = name === 'query' || name === 'operationName';
    try {
      body[name] = isText ? value : JSON.parse(value);
    } catch {
      return badParameter(name, 'must be JSON');
    }
  }
  return parametersOf(body);
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badParameter(field: string, problem: string): GraphQLError {
  return clientError('BAD_USER_INPUT', `"${field}" ${problem}`, { field });
}
