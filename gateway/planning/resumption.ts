import { Kind, parseType, print, valueFromASTUntyped, visit } from 'graphql';
import type { ArgumentNode, DocumentNode, FieldNode, OperationDefinitionNode, ValueNode } from 'graphql';
import { isExactNumber } from '../json/exact-number';
import { responseName } from '../documents/selections';
import { subgraphOperation } from '../transport/subgraph-operation';
import type { SubgraphOperation, SubgraphResult } from '../transport/subgraph-transport';

/** What @resumable says of a field of Subscription. */
export interface Resumable {
  /** The field of each event that tells its place. */
  readonly cursor: string;
  /** The argument that takes such a place, to go on behind it. */
  readonly argument: string;
  /** The argument's type, as SDL has it. */
  readonly type: string;
  /** The claims of the caller that the field's events, and whatever is read beside them, depend on; undefined for all of them. `scopes` are the caller's scopes. */
  readonly identity?: readonly string[] | undefined;
}

type Variables = Readonly<Record<string, unknown>>;

/** A subscription to a subgraph, such that it can be taken up again behind any of its events. */
export interface Resumption {
  readonly resumable: Resumable;
  readonly operation: SubgraphOperation;
  /** Where the client wants to begin, if it says so. */
  begin(variables: Variables): unknown;
  /** What goes along with the operation to begin behind `cursor`; undefined begins with what happens from now on. */
  variables(given: Variables, cursor: unknown): Record<string, unknown>;
  /** Undefined for an event that does not tell. */
  cursorOf(event: SubgraphResult): string | undefined;
}

/** Names beginning with two underscores are not for clients. */
const ourVariable = '__resumeAfter';
const ourCursor = '__resumeCursor';

/**
 * Rewrites a subscription's primary operation: the place to begin at comes in a variable of our own, and each event tells its cursor. Undefined where
 * its field is not resumable. What is added to an event is not part of the client's operation, and so of no answer.
 */
export function resumptionOf(document: DocumentNode, resumables: ReadonlyMap<string, Resumable>): Resumption | undefined {
  const operation = document.definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
  const [field] = operation?.selectionSet.selections ?? [];
  if (!operation || field?.kind !== Kind.FIELD) return undefined;
  const resumable = resumables.get(field.name.value);
  if (!resumable || !field.selectionSet) return undefined;
  const original = field.arguments?.find(({ name }) => name.value === resumable.argument);
  const rewritten: DocumentNode = {
    ...document,
    definitions: document.definitions.map((node) => (node === operation ? rewrite(operation, field, resumable) : node)),
  };
  const taken = variablesOf(rewritten);
  const path = responseName(field);
  const isNumber = /^(Int|Float)!?$/.test(resumable.type);
  return {
    resumable,
    operation: subgraphOperation(print(rewritten), operation.name?.value, rewritten),
    begin: (given) => original && placeIn(original.value, given),
    variables: (given, cursor) => ({
      ...Object.fromEntries(Object.entries(given).filter(([name]) => taken.has(name))),
      ...(cursor !== undefined && { [ourVariable]: isNumber ? Number(cursor) : cursor }),
    }),
    cursorOf({ data }) {
      const event = data?.[path] as Record<string, unknown> | null | undefined;
      const cursor = event?.[ourCursor];
      return placeText(cursor);
    },
  };
}

/** The text of a place that came as a text or a number; undefined for anything else. */
export function placeText(place: unknown): string | undefined {
  if (isExactNumber(place)) return place.rawJSON;
  return typeof place === 'string' || typeof place === 'number' ? String(place) : undefined;
}

function placeIn(value: ValueNode, given: Variables): unknown {
  return value.kind === Kind.INT ? value.value : valueFromASTUntyped(value, given);
}

function rewrite(operation: OperationDefinitionNode, field: FieldNode, { cursor, argument, type }: Resumable): OperationDefinitionNode {
  const others = field.arguments?.filter(({ name }) => name.value !== argument) ?? [];
  const place: ArgumentNode = { kind: Kind.ARGUMENT, name: nameOf(argument), value: { kind: Kind.VARIABLE, name: nameOf(ourVariable) } };
  const rewritten: FieldNode = {
    ...field,
    arguments: [...others, place],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [...field.selectionSet?.selections ?? [], { kind: Kind.FIELD, alias: nameOf(ourCursor), name: nameOf(cursor) }],
    },
  };
  const whole: OperationDefinitionNode = { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: [rewritten] } };
  const taken = variablesOf({ kind: Kind.DOCUMENT, definitions: [{ ...whole, variableDefinitions: [] }] });
  return {
    ...whole,
    variableDefinitions: [
      // One that only told the place is not used any more.
      ...(operation.variableDefinitions ?? []).filter(({ variable }) => taken.has(variable.name.value)),
      { kind: Kind.VARIABLE_DEFINITION, variable: { kind: Kind.VARIABLE, name: nameOf(ourVariable) }, type: parseType(type) },
    ],
  };
}

function variablesOf(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}

const nameOf = (value: string) => ({ kind: Kind.NAME, value }) as const;
