import type { GraphQLError } from 'graphql';

/** What goes to a client, as values. Without `data` nothing was executed. */
export interface OperationResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
}

/** An operation that was executed. */
export interface ExecutedOperation {
  readonly kind: 'executed';
  /** JSON: an object, or `null`. */
  readonly data: string;
  readonly errors: readonly GraphQLError[];
}

/** What goes to a client, its data as text already. */
export type OperationText = ExecutedOperation | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] };

/** The whole answer as JSON, as GraphQL over HTTP and graphql-transport-ws have it. */
export function responseText(operation: OperationText): string {
  if (operation.kind === 'refused') return `{"errors":${JSON.stringify(operation.errors)}}`;
  return operation.errors.length === 0 ? `{"data":${operation.data}}` : `{"data":${operation.data},"errors":${JSON.stringify(operation.errors)}}`;
}

export function resultOf(operation: OperationText): OperationResult {
  if (operation.kind === 'refused') return { errors: operation.errors };
  const data = JSON.parse(operation.data) as Record<string, unknown> | null;
  return operation.errors.length === 0 ? { data } : { data, errors: operation.errors };
}
