import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { maxErrors } from '../transport/results';
import { SubgraphUnreachable } from '../transport/subgraph-transport';
import type { PlanRun } from './plan-run';
import type { ResponsePath } from './response-path';

/** Adds an error to those of the answer, if it does not have enough of them. */
export function tell(run: PlanRun, error: GraphQLError): void {
  if (run.errors.length < maxErrors) run.errors.push(error);
}

/** A subgraph's error at a place of the answer, with all that belongs to it. */
export function placedError(error: GraphQLFormattedError, subgraph: string, path: ResponsePath | undefined): GraphQLError {
  return new GraphQLError(messageOf(error, subgraph), {
    path,
    extensions: { ...error.extensions, serviceName: subgraph },
    originalError: error instanceof Error ? error : undefined,
  });
}

/** A subgraph's error that has no place in an answer, as one that ends a subscription. */
export function namedError(error: GraphQLError, subgraph: string): GraphQLError {
  const { path, extensions, originalError } = error;
  return new GraphQLError(messageOf(error, subgraph), { path, extensions: { ...extensions, serviceName: subgraph }, originalError });
}

function messageOf({ message }: GraphQLFormattedError, subgraph: string): string {
  return typeof message === 'string' && message !== '' ? message : `The subgraph "${subgraph}" gave an error without a message`;
}

/** What was thrown on the way to a subgraph, told where its part of the answer is missing. */
export function failureAt(failure: unknown, subgraph: string, path: ResponsePath | undefined): GraphQLError {
  if (failure instanceof Error) return new GraphQLError(failure.message, { path, originalError: failure, ...(!(failure instanceof SubgraphUnreachable) && { extensions: { serviceName: subgraph } }) });
  return new GraphQLError(String(failure), { path, extensions: { serviceName: subgraph } });
}

/** An answer that keeps to GraphQL's form, but not to what was asked. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
  constructor(subgraph: string, problem: string) {
    super(`The subgraph "${subgraph}" answered with ${problem}`);
  }
}

/**
 * The steps of a path that a subgraph gave, with names as they are in the answer; undefined for what is no path. Some servers write list indices as texts: no name begins
 * with a digit.
 */
export function readPath(path: unknown, renamed: ReadonlyMap<string, string>): (string | number)[] | undefined {
  if (!Array.isArray(path)) return undefined;
  const steps: (string | number)[] = [];
  for (const step of path as unknown[]) {
    if (typeof step === 'string') steps.push(/^\d{1,15}$/.test(step) ? Number(step) : renamed.get(step) ?? step);
    else if (typeof step === 'number' && Number.isSafeInteger(step) && step >= 0) steps.push(step);
    else return undefined;
  }
  return steps;
}

export function isData(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
