import { GraphQLError, Kind, Lexer, Source, TokenKind } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';
import { responseName } from './selections';

/** Bounds on one document; see GatewayLimits. */
export interface DocumentLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxFields: number;
  readonly maxRootFields: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
}

/** How often one answer's field may be asked for again: merging repetitions takes time in the square of their number. */
const maxRepetitions = 100;

/**
 * Refuses a text whose brackets nest too deeply, before a recursive parser sees it. Counted as tokens: among the characters of strings and comments, closing
 * brackets would hide open ones. Of a text with too many tokens, or that is none of GraphQL's, the parser says so before it gets any deeper.
 * @throws {GraphQLError} for characters that are no token.
 */
export function checkNesting(text: string, { maxDepth, maxTokens }: Pick<DocumentLimits, 'maxDepth' | 'maxTokens'>): GraphQLError | undefined {
  const lexer = new Lexer(new Source(text));
  let depth = 0;
  for (let count = 0; count <= maxTokens; count += 1) {
    const { kind } = lexer.advance();
    if (kind === TokenKind.EOF) return undefined;
    if (opening.has(kind)) depth += 1;
    else if (closing.has(kind)) depth -= 1;
    if (depth > maxDepth) return refusal('GRAPHQL_PARSE_FAILED', `The document nests deeper than ${maxDepth} levels`);
  }
  return undefined;
}

const opening: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Refuses a document whose operations grow too large, or too deep, once their fragments are written out. */
export function checkSize(document: DocumentNode, limits: DocumentLimits): GraphQLError | undefined {
  const measure = measuring(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const { fields, depth, rootFields, aliases, directives } = measure(definition);
    if (fields > limits.maxFields) return refusal('GRAPHQL_VALIDATION_FAILED', `The operation has more than ${limits.maxFields} fields`);
    if (depth > limits.maxDepth) return refusal('GRAPHQL_VALIDATION_FAILED', `The operation nests deeper than ${limits.maxDepth} levels`);
    if (aliases > limits.maxAliases) return refusal('GRAPHQL_VALIDATION_FAILED', `The operation has more than ${limits.maxAliases} aliases`);
    if (directives > limits.maxDirectives) return refusal('GRAPHQL_VALIDATION_FAILED', `The operation has more than ${limits.maxDirectives} directives`);
    if (definition.kind === Kind.OPERATION_DEFINITION && rootFields > limits.maxRootFields) {
      return refusal('GRAPHQL_VALIDATION_FAILED', `The operation has more than ${limits.maxRootFields} root fields`);
    }
    const repeated = repeatedField(definition.selectionSet);
    if (repeated) return refusal('GRAPHQL_VALIDATION_FAILED', `The field "${repeated}" is asked for more than ${maxRepetitions} times in one place`);
  }
  return undefined;
}

interface Size {
  readonly fields: number;
  readonly depth: number;
  /** Fields of the uppermost level. */
  readonly rootFields: number;
  readonly aliases: number;
  readonly directives: number;
}

const nothing: Size = { fields: 0, depth: 0, rootFields: 0, aliases: 0, directives: 0 };

/** Each fragment is measured once, however often it is spread: written out, a few of them can be more than any memory holds. */
function measuring({ definitions }: DocumentNode): (definition: OperationDefinitionNode | FragmentDefinitionNode) => Size {
  const fragments = new Map(definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  const measured = new Map<string, Size>();

  function ofFragment(name: string): Size {
    const fragment = fragments.get(name);
    const known = measured.get(name);
    if (known || !fragment) return known ?? nothing;
    // A fragment that reaches itself is refused by validation; here it must only come to an end.
    measured.set(name, nothing);
    const size = of(fragment);
    measured.set(name, size);
    return size;
  }

  function ofSelection(selection: SelectionNode): Size {
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const inner = ofFragment(selection.name.value);
      return { ...inner, directives: inner.directives + directives };
    }
    const inner = selection.selectionSet ? ofSelections(selection.selectionSet) : nothing;
    if (selection.kind === Kind.INLINE_FRAGMENT) return { ...inner, directives: inner.directives + directives };
    return {
      fields: inner.fields + 1, depth: inner.depth + 1, rootFields: 1,
      aliases: inner.aliases + (selection.alias ? 1 : 0), directives: inner.directives + directives,
    };
  }

  function ofSelections({ selections }: SelectionSetNode): Size {
    let { fields, depth, rootFields, aliases, directives } = nothing;
    for (const selection of selections) {
      const size = ofSelection(selection);
      fields += size.fields;
      depth = Math.max(depth, size.depth);
      rootFields += size.rootFields;
      aliases += size.aliases;
      directives += size.directives;
    }
    return { fields, depth, rootFields, aliases, directives };
  }

  function of({ selectionSet, directives, ...definition }: OperationDefinitionNode | FragmentDefinitionNode): Size {
    const inner = ofSelections(selectionSet);
    const ofVariables = (definition.variableDefinitions ?? []).reduce((count, variable) => count + (variable.directives?.length ?? 0), 0);
    return { ...inner, directives: inner.directives + (directives?.length ?? 0) + ofVariables };
  }

  return (definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? ofFragment(definition.name.value) : of(definition));
}

function repeatedField(set: SelectionSetNode): string | undefined {
  const counts = new Map<string, number>();
  const nested: SelectionSetNode[] = [];
  function count({ selections }: SelectionSetNode): string | undefined {
    for (const selection of selections) {
      // Spreads of one fragment are compared once, however many they are; different ones are bounded by the number of tokens.
      const name = selection.kind === Kind.FIELD ? responseName(selection) : selection.kind === Kind.FRAGMENT_SPREAD ? `...${selection.name.value}` : undefined;
      if (name !== undefined) {
        const times = (counts.get(name) ?? 0) + 1;
        if (times > maxRepetitions) return name;
        counts.set(name, times);
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet) continue;
      if (selection.kind === Kind.FIELD) {
        nested.push(selection.selectionSet);
      } else {
        const repeated = count(selection.selectionSet);
        if (repeated) return repeated;
      }
    }
    return undefined;
  }
  const here = count(set);
  if (here) return here;
  for (const below of nested) {
    const repeated = repeatedField(below);
    if (repeated) return repeated;
  }
  return undefined;
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
