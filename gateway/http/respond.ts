import type { ServerResponse } from 'node:http';
import { respondJson } from '@test-planning/kernel/http';
import type { GraphQLError } from 'graphql';

/** The form that GraphQL gives to a request that was not executed. */
export function respondErrors(response: ServerResponse, status: number, errors: readonly GraphQLError[]): void {
  respondJson(response, status, { errors });
}

/** After a route failed: an answer that has begun is broken off. */
export function respondFailure(response: ServerResponse, errors: readonly GraphQLError[]): void {
  if (response.headersSent) response.destroy();
  else respondErrors(response, 500, errors);
}
