import { PAGE_DEFAULT } from './connections';

/**
 * How long lists are, as directives on their fields: from these the gateway estimates what an operation costs
 * (https://ibm.github.io/graphql-specs/cost-spec.html). Every field of a list type has one, or the connection field above it.
 */
const pageSize = (slicingArguments: readonly string[]): string =>
  `@listSize(assumedSize: ${PAGE_DEFAULT}, slicingArguments: ${JSON.stringify(slicingArguments)}, sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)`;

/** On a field of a connection that is read from both ends. */
export const connectionSize = pageSize(['first', 'last']);

/** On a field of a connection that is read in one direction. */
export const forwardConnectionSize = pageSize(['first']);

/** On a list that has about so many items at most. */
export const listSize = (assumedSize: number): string => `@listSize(assumedSize: ${assumedSize})`;
