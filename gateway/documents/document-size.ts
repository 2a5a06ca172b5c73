import { GraphQLError, Kind } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { responseName } from './selections';

/** Bounds on one document; see GatewayLimits. */
export interface DocumentLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxFields: number;
}

/** How often one answer's field may be asked for again: merging repetitions takes time in the square of their number. */
const maxRepetitions = 100;

/**
 * Refuses a text whose brackets nest too deeply, before a recursive parser sees it. Brackets in strings and comments count as well:
 * that errs on the safe side, and only for texts that hold more than `maxDepth` of them unclosed.
 */
export function checkNesting(text: string, maxDepth: number): GraphQLError | undefined {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x7b || code === 0x5b || code === 0x28) {
      depth += 1;
      if (depth > maxDepth) return refusal('GRAPHQL_PARSE_FAILED', `The document nests deeper than ${maxDepth} levels`);
    } else if (code === 0x7d || code === 0x5d || code === 0x29) {
      depth -= 1;
    }
  }
  return undefined;
}

/** Refuses a document whose operations grow too large, or too deep, once their fragments are written out. */
export function checkSize(document: DocumentNode, { maxFields, maxDepth }: DocumentLimits): GraphQLError | undefined {
  const fragments = new Map(document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  const measured = new Map<string, Size>();

  function ofFragment(fragment: FragmentDefinitionNode): Size {
    const known = measured.get(fragment.name.value);
    if (known) return known;
    // A fragment that reaches itself is refused by validation; here it must only come to an end.
    measured.set(fragment.name.value, { fields: 0, depth: 0 });
    const size = ofSelections(fragment.selectionSet);
    measured.set(fragment.name.value, size);
    return size;
  }

  function ofSelections({ selections }: SelectionSetNode): Size {
    let fields = 0;
    let depth = 0;
    for (const selection of selections) {
      let size: Size;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        size = fragment ? ofFragment(fragment) : { fields: 0, depth: 0 };
      } else {
        const below = selection.selectionSet ? ofSelections(selection.selectionSet) : { fields: 0, depth: 0 };
        size = selection.kind === Kind.FIELD ? { fields: below.fields + 1, depth: below.depth + 1 } : below;
      }
      fields += size.fields;
      depth = Math.max(depth, size.depth);
    }
    return { fields, depth };
  }

  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const { fields, depth } = ofSelections(definition.selectionSet);
    if (fields > maxFields) return refusal('GRAPHQL_VALIDATION_FAILED', `The operation has more than ${maxFields} fields`);
    if (depth > maxDepth) return refusal('GRAPHQL_VALIDATION_FAILED', `The operation nests deeper than ${maxDepth} levels`);
    const repeated = repeatedField(definition.selectionSet);
    if (repeated) return refusal('GRAPHQL_VALIDATION_FAILED', `The field "${repeated}" is asked for more than ${maxRepetitions} times in one place`);
  }
  return undefined;
}

interface Size {
  readonly fields: number;
  readonly depth: number;
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
