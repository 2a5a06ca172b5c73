import type { GraphQLError } from 'graphql';
import type { OperationParameters } from '../documents/intake';
import { clientError } from '../errors/client-errors';
import { isExactNumber } from '../json/exact-number';
import { parseJson } from '../json/parse-json';

const names = ['query', 'operationName', 'variables', 'extensions', 'documentId'] as const;
const inJson: ReadonlySet<string> = new Set(['variables', 'extensions']);

/** From a POST body. Whether there is a document by what it says is for the intake to find out. */
export function parametersOf(body: Readonly<Record<string, unknown>>): OperationParameters | GraphQLError {
  const { query, operationName, variables, extensions, documentId } = body;
  if (!isAbsent(query) && typeof query !== 'string') return badParameter('query', 'must be a text');
  if (!isAbsent(operationName) && typeof operationName !== 'string') return badParameter('operationName', 'must be a string');
  if (!isAbsent(variables) && !isRecord(variables)) return badParameter('variables', 'must be an object');
  if (!isAbsent(extensions) && !isRecord(extensions)) return badParameter('extensions', 'must be an object');
  if (!isAbsent(documentId) && typeof documentId !== 'string') return badParameter('documentId', 'must be a string');
  const isNamedOtherwise = !isAbsent(documentId) || !isAbsent(extensions?.['persistedQuery']);
  if (!isNamedOtherwise && !(query && /\S/.test(query))) return badParameter('query', 'must be a text that is not empty');
  return {
    query: query ?? undefined, operationName: operationName ?? undefined, variables: variables ?? {}, extensions: extensions ?? {},
    ...(isAbsent(documentId) ? {} : { documentId }),
  };
}

/** From a GET request's query string. */
export function parametersOfSearch(search: URLSearchParams): OperationParameters | GraphQLError {
  const body: Record<string, unknown> = {};
  for (const name of names) {
    const [value, another] = search.getAll(name);
    if (another !== undefined) return badParameter(name, 'must be given once');
    if (value === undefined) continue;
    try {
      body[name] = inJson.has(name) ? parseJson(value) : value;
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
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

function badParameter(field: string, problem: string): GraphQLError {
  return clientError('BAD_USER_INPUT', `"${field}" ${problem}`, { field });
}
