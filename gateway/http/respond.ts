import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';

export function respondJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) }).end(text);
}

/** The form that GraphQL gives to a request that was not executed. */
export function respondErrors(response: ServerResponse, status: number, errors: readonly GraphQLError[]): void {
  respondJson(response, status, { errors });
}
