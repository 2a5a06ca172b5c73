import { getNamedType, isAbstractType, isListType, isNonNullType, isObjectType, Kind } from 'graphql';
import type { FieldNode, GraphQLObjectType, GraphQLOutputType, GraphQLSchema, SelectionSetNode } from 'graphql';
import { conditionsOf, isIncluded } from '../documents/conditions';
import type { ClientOperation } from '../documents/document-cache';
import { responseName } from '../documents/selections';
import type { OperationAccess } from '../security/operation-access';

interface Completion {
  /** As the client sent it, before anything was taken out of it. */
  readonly client: ClientOperation;
  readonly schema: GraphQLSchema;
  readonly access: OperationAccess | undefined;
  /** With the operation's defaults. */
  readonly variables: Readonly<Record<string, unknown>>;
}

type Data = Readonly<Record<string, unknown>>;
/** Tells a null that may stand from one that takes its parent with it. */
const nullAbove = Symbol('null above');

/**
 * Gives an answer the form of the client's operation: its fields in its order, null for what was denied (and for the nearest
 * nullable field above, where null may not stand), and nothing that it did not ask for.
 */
export function completeResult(completion: Completion, data: Data | null): Record<string, unknown> | null {
  const { client, schema } = completion;
  const root = schema.getRootType(client.operation.operation);
  if (!data || !root) return null;
  const completed = new Completer(completion).object([client.operation.selectionSet], root, data);
  return completed === nullAbove ? null : completed;
}

class Completer {
  private readonly collected = new Map<string, Map<SelectionSetNode, Map<string, FieldNode[]>>>();

  constructor(private readonly completion: Completion) {}

  object(sets: readonly SelectionSetNode[], type: GraphQLObjectType, data: Data): Record<string, unknown> | typeof nullAbove {
    const result: Record<string, unknown> = Object.create(null);
    for (const [name, nodes] of this.fields(sets, type)) {
      const [node] = nodes;
      const definition = node && type.getFields()[node.name.value];
      if (!definition) {
        // __typename, or the schema itself
        result[name] = node?.name.value === '__typename' ? type.name : data[name];
        continue;
      }
      const value = this.field(nodes, definition.type, data[name]);
      if (value === nullAbove) return nullAbove;
      result[name] = value;
    }
    return result;
  }

  private field(nodes: readonly FieldNode[], type: GraphQLOutputType, value: unknown): unknown {
    const nulled = this.completion.access?.nulled;
    const allowed = nulled ? nodes.filter((node) => !nulled.has(node)) : nodes;
    if (allowed.length > 0) return this.value(allowed, type, value);
    const asItems = nodes.some((node) => nulled?.get(node) === 'items') && Array.isArray(value);
    return asItems ? (value as unknown[]).map(() => null) : this.value(nodes, type, null);
  }

  private value(nodes: readonly FieldNode[], type: GraphQLOutputType, value: unknown): unknown {
    if (isNonNullType(type)) {
      const inner = this.value(nodes, type.ofType, value);
      return inner === null ? nullAbove : inner;
    }
    if (value === null || value === undefined) return null;
    if (isListType(type)) {
      if (!Array.isArray(value)) return null;
      const items: unknown[] = [];
      for (const item of value as unknown[]) {
        const completed = this.value(nodes, type.ofType, item);
        if (completed === nullAbove) return null;
        items.push(completed);
      }
      return items;
    }
    const sets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
    if (sets.length === 0) return value;
    const objectType = this.objectType(type, value as Data);
    const completed = objectType ? this.object(sets, objectType, value as Data) : null;
    return completed === nullAbove ? null : completed;
  }

  private objectType(type: GraphQLOutputType, value: Data): GraphQLObjectType | undefined {
    const name = isAbstractType(type) ? value['__typename'] : getNamedType(type).name;
    const found = typeof name === 'string' ? this.completion.schema.getType(name) : undefined;
    return isObjectType(found) ? found : undefined;
  }

  /** The fields that apply to a type, those under one name together. */
  private fields(sets: readonly SelectionSetNode[], type: GraphQLObjectType): ReadonlyMap<string, readonly FieldNode[]> {
    const [only, ...others] = sets;
    if (only && others.length === 0) {
      let known = this.collected.get(type.name);
      if (!known) this.collected.set(type.name, known = new Map());
      let fields = known.get(only);
      if (!fields) known.set(only, fields = this.collect([only], type, new Map()));
      return fields;
    }
    return this.collect(sets, type, new Map());
  }

  private collect(sets: readonly SelectionSetNode[], type: GraphQLObjectType, fields: Map<string, FieldNode[]>): Map<string, FieldNode[]> {
    const { client, access, variables } = this.completion;
    for (const selection of sets.flatMap((set) => set.selections)) {
      if (!isIncluded(conditionsOf(selection), variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = responseName(selection);
        const same = fields.get(name);
        if (same) same.push(selection);
        else fields.set(name, [selection]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : client.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      const applies = condition === undefined || (this.isOfType(type, condition) && !access?.hiddenTypes.has(condition));
      if (fragment && applies) this.collect([fragment.selectionSet], type, fields);
    }
    return fields;
  }

  private isOfType(type: GraphQLObjectType, condition: string): boolean {
    if (type.name === condition) return true;
    const wanted = this.completion.schema.getType(condition);
    return isAbstractType(wanted) && this.completion.schema.isSubType(wanted, type);
  }
}
