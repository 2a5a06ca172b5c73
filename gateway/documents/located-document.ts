import { GraphQLError, parse, visit } from 'graphql';
import type { ASTNode, DocumentNode, SourceLocation } from 'graphql';
import { shownMessage } from '../errors/shown-text';

/** A parsed document whose nodes carry no tokens, with the positions of its nodes beside it. */
export interface LocatedDocument {
  readonly document: DocumentNode;
  /** The error of a validation rule with its code and the locations of its first nodes. */
  located(error: GraphQLError, code: string): GraphQLError;
}

/** Locations that one error has at most. */
const maxLocations = 10;

/**
 * Parses a document, and takes the positions out of its nodes. graphql-js reads the text from its beginning for each location of each error, and one error can
 * have thousands of nodes: a text of many lines would take seconds. Here one list of line starts serves all errors.
 * @throws {GraphQLError} for a text that is no document, or has more tokens.
 */
export function parseLocated(text: string, maxTokens: number): LocatedDocument {
  const document = parse(text, { maxTokens });
  const starts = new WeakMap<ASTNode, number>();
  visit(document, {
    enter(node) {
      if (node.loc) starts.set(node, node.loc.start);
      (node as { loc?: unknown }).loc = undefined;
    },
  });
  let lines: readonly number[] | undefined;
  return {
    document,
    located(error, code) {
      const positions = (error.nodes ?? []).slice(0, maxLocations).flatMap((node) => starts.get(node) ?? []);
      const located = new GraphQLError(shownMessage(error.message), { extensions: { code } });
      if (positions.length === 0) return located;
      const known = lines ??= lineStarts(text);
      return Object.assign(located, { locations: positions.map((position) => locationOf(position, known)) });
    },
  };
}

/** The positions at which the lines of a text begin, in ascending order. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|[\n\r]/g)) starts.push(index + end.length);
  return starts;
}

/** The line and the column of a position, both from 1 on. */
function locationOf(position: number, starts: readonly number[]): SourceLocation {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= position) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: position - (starts[low] as number) + 1 };
}
