import type { ServerResponse } from 'node:http';
import { respondJson } from '@test-planning/kernel/http';
import type { GraphQLError } from 'graphql';

/** After a route failed: an answer that has begun is broken off. */
export function respondFailure(response: ServerResponse, errors: readonly GraphQLError[]): void {
  if (response.headersSent) response.destroy();
  else respondJson(response, 500, { errors });
}
