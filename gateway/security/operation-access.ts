import { getNamedType, isAbstractType, isInterfaceType, isListType, isNonNullType, isNullableType, isObjectType, Kind } from 'graphql';
import type {
  FieldNode, FragmentDefinitionNode, GraphQLField, GraphQLNamedType, GraphQLOutputType, GraphQLSchema, OperationDefinitionNode, SelectionNode,
  SelectionSetNode,
} from 'graphql';
import { conditionsOf } from '../documents/conditions';
import type { Condition } from '../documents/conditions';
import { responseName, typeNameField } from '../documents/selections';
import { denialOf } from './access-rules';
import type { AccessRules, Denial } from './access-rules';
import type { Rights } from './caller';

/** A field of an operation that its caller may not have. */
export interface DeniedField {
  readonly denial: Denial;
  /** Response names from the root; no list indices, because it is denied once for all items. */
  readonly path: readonly string[];
  /** The @skip and @include above it: when they leave it out, nothing was denied. */
  readonly conditions: readonly Condition[];
}

/** What a caller may have of an operation. */
export interface OperationAccess {
  readonly denied: readonly DeniedField[];
  /** What to put where a denied field stands: null, or a list of as many nulls as there are items. */
  readonly nulled: ReadonlyMap<FieldNode, 'value' | 'items'>;
  /** Types whose fragments are left out. Whether anything is hidden by that shows only in the data. */
  readonly hiddenTypes: ReadonlyMap<string, Denial>;
  /** What is left, its fragments written out, with __typename wherever the answer's type must be known. */
  readonly remaining: OperationDefinitionNode;
}

/** Everything an operation is judged by. */
interface AccessQuestion {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly schema: GraphQLSchema;
  readonly rules: AccessRules;
  readonly rights: Rights;
}

/**
 * Takes out of an operation what its caller may not have, so that nothing is fetched for it. A rule on a type holds wherever the type is
 * reached; a field of an interface is judged by the rules of every type that could stand there. Undefined if all of it is allowed.
 */
export function restrictOperation(question: AccessQuestion): OperationAccess | undefined {
  const root = question.schema.getRootType(question.operation.operation);
  if (!root || question.rights.kind === 'all') return undefined;
  const walk = new Walk(question);
  const selections = walk.selections(question.operation.selectionSet, root, [], []);
  if (walk.denied.length === 0 && walk.hiddenTypes.size === 0) return undefined;
  return {
    denied: walk.denied,
    nulled: walk.nulled,
    hiddenTypes: walk.hiddenTypes,
    remaining: { ...question.operation, selectionSet: setOf(selections) },
  };
}

/** Whether nothing of the operation is left for its caller, whatever the variables say. */
export function isDeniedWhole(question: AccessQuestion): boolean {
  const root = question.schema.getRootType(question.operation.operation);
  if (!root || question.rights.kind === 'all') return false;
  const walk = new Walk(question);
  return walk.selections(question.operation.selectionSet, root, [], []).length === 0 && walk.denied.every(({ conditions }) => conditions.length === 0);
}

class Walk {
  readonly denied: DeniedField[] = [];
  readonly nulled = new Map<FieldNode, 'value' | 'items'>();
  readonly hiddenTypes = new Map<string, Denial>();
  private readonly reported = new Set<string>();

  constructor(private readonly question: AccessQuestion) {}

  selections(set: SelectionSetNode, parent: GraphQLNamedType, path: readonly string[], above: readonly Condition[]): SelectionNode[] {
    return set.selections.flatMap((selection) => {
      const conditions = [...above, ...conditionsOf(selection)];
      if (selection.kind === Kind.FIELD) return this.field(selection, parent, path, conditions);
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.question.fragments.get(selection.name.value);
      return fragment ? this.fragment(selection, fragment, parent, path, conditions) : [];
    });
  }

  private field(node: FieldNode, parent: GraphQLNamedType, path: readonly string[], conditions: readonly Condition[]): SelectionNode[] {
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    // __typename, __schema and __type are everybody's.
    if (!definition) return [node];
    const here = [...path, responseName(node)];
    const denial = this.denialOfField(parent, definition);
    if (denial) {
      this.report({ denial, path: here, conditions });
      const keepsItems = isListOfNulls(definition.type) && !this.denialOfFieldItself(parent, definition);
      this.nulled.set(node, keepsItems ? 'items' : 'value');
      return keepsItems ? [{ ...node, selectionSet: setOf([]) }] : [];
    }
    if (!node.selectionSet) return [node];
    const type = getNamedType(definition.type);
    const below = this.selections(node.selectionSet, type, here, conditions);
    return [{ ...node, selectionSet: setOf(isAbstractType(type) ? [typeNameField, ...below] : below) }];
  }

  private fragment(
    node: Exclude<SelectionNode, FieldNode>,
    { typeCondition, selectionSet }: { typeCondition?: { name: { value: string } } | undefined; selectionSet: SelectionSetNode },
    parent: GraphQLNamedType, path: readonly string[], conditions: readonly Condition[],
  ): SelectionNode[] {
    const type: GraphQLNamedType = (typeCondition && this.question.schema.getType(typeCondition.name.value)) ?? parent;
    const denial = type === parent ? undefined : this.denialOfType(type);
    if (denial) {
      this.hiddenTypes.set(type.name, denial);
      return [];
    }
    const below = this.selections(selectionSet, type, path, conditions);
    if (below.length === 0) return [];
    return [{
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
      ...(node.directives ? { directives: node.directives } : {}),
      selectionSet: { kind: Kind.SELECTION_SET, selections: below },
    }];
  }

  private denialOfField(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): Denial | undefined {
    const denial = this.denialOfFieldItself(parent, field) ?? this.denialOfType(getNamedType(field.type));
    if (denial || !isInterfaceType(parent) || this.question.rules.isJudgedByType(parent.name)) return denial;
    for (const possible of this.question.schema.getPossibleTypes(parent)) {
      const own = possible.getFields()[field.name];
      const ofPossible = own && this.denialOfField(possible, own);
      if (ofPossible) return ofPossible;
    }
    return undefined;
  }

  private denialOfFieldItself(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): Denial | undefined {
    return this.denialOfType(parent) ?? denialOf(this.question.rules.ofField(parent.name, field.name), this.question.rights);
  }

  private denialOfType(type: GraphQLNamedType): Denial | undefined {
    return denialOf(this.question.rules.ofType(type.name), this.question.rights);
  }

  private report(field: DeniedField): void {
    const key = JSON.stringify(field);
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.denied.push(field);
  }
}

/** `[T]!`: the list itself may not be null, but each item may. */
function isListOfNulls(type: GraphQLOutputType): boolean {
  return isNonNullType(type) && isListType(type.ofType) && isNullableType(type.ofType.ofType);
}

function setOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [typeNameField] };
}
