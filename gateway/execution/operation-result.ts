import type { GraphQLError } from 'graphql';
import { parseJson } from '../json/parse-json';

/** What goes to a client, as values. Without `data` nothing was executed. */
export interface OperationResult {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLError[];
}

/** What goes to a client, as text already. */
export interface OperationText {
  readonly kind: 'executed' | 'refused';
  /**
   * The whole answer as JSON, as GraphQL over HTTP and graphql-transport-ws have it. No part of it is kept beside it: a text is a tree of what it was put together from until it is sent, and
   * a part that is still held stays one, of many times its size.
   */
  readonly text: string;
  readonly errors: readonly GraphQLError[];
}

/** `data`: as JSON, an object or `null`. */
export function executed(data: string, errors: readonly GraphQLError[]): OperationText {
  return { kind: 'executed', text: errors.length === 0 ? `{"data":${data}}` : `{"data":${data},"errors":${JSON.stringify(errors)}}`, errors };
}

export function refused(errors: readonly GraphQLError[]): OperationText {
  return { kind: 'refused', text: `{"errors":${JSON.stringify(errors)}}`, errors };
}

export function resultOf({ kind, text, errors }: OperationText): OperationResult {
  if (kind === 'refused') return { errors };
  const { data } = parseJson(text) as { readonly data: Record<string, unknown> | null };
  return errors.length === 0 ? { data } : { data, errors };
}
