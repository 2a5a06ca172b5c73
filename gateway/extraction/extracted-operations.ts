import { GraphQLError, Kind, parse, print, validate, visit } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { documentHash } from '../documents/document-hash';
import { typeNameField } from '../documents/selections';
import type { EmbeddedDocument } from './embedded-documents';

/** One operation as a manifest of trusted documents has it. */
export interface ExtractedOperation {
  /** SHA-256 of the body. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** The operation with all fragments that it needs. */
  readonly body: string;
}

interface ExtractionOptions {
  /** What the operations have to be valid for; without one only their syntax and their fragments are looked at. */
  readonly schema?: GraphQLSchema | undefined;
  /** Whether each selection below an operation's uppermost one also asks for __typename, as Apollo Client and urql do by themselves. */
  readonly typeNames?: boolean;
}

/** A client's code can't be made a list of operations; `problems` says all that is wrong, each with its place. */
export class ExtractionFailed extends Error {
  override readonly name = 'ExtractionFailed';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

interface Placed<Node> {
  readonly node: Node;
  readonly place: string;
}

/**
 * The operations of a client's code, by name, with their fragments from wherever in the code these are.
 * @throws {ExtractionFailed} for what is no GraphQL, operations without a name, different things of one name, unknown fragments, and what the schema does not have.
 */
export function extractOperations(documents: readonly EmbeddedDocument[], { schema, typeNames = false }: ExtractionOptions = {}): ExtractedOperation[] {
  const problems: string[] = [];
  const operations = new Map<string, Placed<OperationDefinitionNode>>();
  const fragments = new Map<string, Placed<FragmentDefinitionNode>>();

  function add<Node extends OperationDefinitionNode | FragmentDefinitionNode>(known: Map<string, Placed<Node>>, kind: string, node: Node, place: string): void {
    const name = node.name?.value;
    if (name === undefined) return void problems.push(`${place}: An operation needs a name`);
    const other = known.get(name);
    if (other && print(other.node) !== print(node)) problems.push(`${place}: Another ${kind} of the name "${name}" is at ${other.place}`);
    if (!other) known.set(name, { node, place });
  }

  for (const document of documents) {
    for (const { node, place } of definitionsOf(document, problems)) {
      if (node.kind === Kind.OPERATION_DEFINITION) add(operations, 'operation', node, place);
      else if (node.kind === Kind.FRAGMENT_DEFINITION) add(fragments, 'fragment', node, place);
      else problems.push(`${place}: Only operations and fragments can be trusted documents, not ${node.kind}`);
    }
  }
  const extracted = [...operations].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, { node, place }]): ExtractedOperation => {
    const needed = new Set<string>();
    for (const missing of collectFragments(node.selectionSet, fragments, needed)) problems.push(`${place}: The fragment "${missing}" is nowhere in the code`);
    const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [node, ...[...needed].sort().flatMap((fragment) => fragments.get(fragment)?.node ?? [])] };
    if (schema) problems.push(...validate(schema, document).filter(({ message }) => !message.startsWith('Unknown fragment')).map(({ message }) => `${place}: ${message}`));
    const body = print(typeNames ? withTypeNames(document) : document);
    return { id: documentHash(body), name, type: node.operation, body };
  });
  if (problems.length > 0) throw new ExtractionFailed(problems);
  return extracted;
}

function definitionsOf({ text, file, line }: EmbeddedDocument, problems: string[]): Placed<DocumentNode['definitions'][number]>[] {
  // A template may hold nothing but fragments that were put into it, and a file nothing but comments.
  if (text.replace(/#.*/g, '').trim() === '') return [];
  try {
    return parse(text).definitions.map((node) => ({ node, place: `${file}:${line + (node.loc?.startToken.line ?? 1) - 1}` }));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    problems.push(`${file}:${line + (error.locations?.[0]?.line ?? 1) - 1}: ${error.message}`);
    return [];
  }
}

/** Adds the names of all fragments that are reached; returns those that are unknown. */
function collectFragments({ selections }: SelectionSetNode, known: ReadonlyMap<string, Placed<FragmentDefinitionNode>>, needed: Set<string>): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind !== Kind.FRAGMENT_SPREAD) return selection.selectionSet ? collectFragments(selection.selectionSet, known, needed) : [];
    const name = selection.name.value;
    if (needed.has(name)) return [];
    const fragment = known.get(name);
    needed.add(name);
    return fragment ? collectFragments(fragment.node.selectionSet, known, needed) : [name];
  });
}

function withTypeNames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: (set, _key, parent) => {
      const isUppermost = parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION;
      const hasOne = set.selections.some((selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename' && !selection.alias);
      return isUppermost || hasOne ? undefined : { ...set, selections: [...set.selections, typeNameField] };
    },
  });
}
