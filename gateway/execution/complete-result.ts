import { getNamedType, isAbstractType, isListType, isNonNullType, isObjectType, Kind } from 'graphql';
import type { FieldNode, GraphQLObjectType, GraphQLOutputType, GraphQLSchema, SelectionSetNode } from 'graphql';
import { conditionsOf, isIncluded } from '../documents/conditions';
import type { ClientOperation } from '../documents/document-cache';
import { responseName } from '../documents/selections';
import type { DeniedField, OperationAccess } from '../security/operation-access';

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

interface Completed {
  readonly data: Record<string, unknown> | null;
  /** Where a value is of a type whose fragments were left out: once for each place, whatever the number of its items. */
  readonly hidden: readonly DeniedField[];
}

/**
 * Gives an answer the form of the client's operation: its fields in its order, null for what was denied (and for the nearest
 * nullable field above, where null may not stand), and nothing that it did not ask for.
 */
export function completeResult(completion: Completion, data: Data | null): Completed {
  const { client, schema } = completion;
  const root = schema.getRootType(client.operation.operation);
  if (!data || !root) return { data: null, hidden: [] };
  const completer = new Completer(completion);
  const completed = completer.object([client.operation.selectionSet], root, data);
  return { data: completed === nullAbove ? null : completed, hidden: [...completer.hidden.values()] };
}

/** What of a selection applies to one type. */
interface Applicable {
  /** Those under one name together. */
  readonly fields: Map<string, FieldNode[]>;
  /** Types whose fragments apply, but are left out. */
  readonly hidden: Set<string>;
}

class Completer {
  readonly hidden = new Map<string, DeniedField>();
  private readonly path: string[] = [];
  private readonly collected = new Map<string, Map<SelectionSetNode, Applicable>>();

  constructor(private readonly completion: Completion) {}

  object(sets: readonly SelectionSetNode[], type: GraphQLObjectType, data: Data): Record<string, unknown> | typeof nullAbove {
    const result: Record<string, unknown> = Object.create(null);
    const applicable = this.applicable(sets, type);
    for (const hiddenType of applicable.hidden) this.reportHidden(hiddenType);
    for (const [name, nodes] of applicable.fields) {
      const [node] = nodes;
      const definition = node && type.getFields()[node.name.value];
      if (!definition) {
        // __typename, or the schema itself
        result[name] = node?.name.value === '__typename' ? type.name : data[name];
        continue;
      }
      this.path.push(name);
      const value = this.field(nodes, definition.type, data[name]);
      this.path.pop();
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

  private reportHidden(type: string): void {
    const denial = this.completion.access?.hiddenTypes.get(type);
    const key = `${this.path.join('.')} ${type}`;
    if (denial && !this.hidden.has(key)) this.hidden.set(key, { denial, path: [...this.path], conditions: [] });
  }

  private applicable(sets: readonly SelectionSetNode[], type: GraphQLObjectType): Applicable {
    const [only, ...others] = sets;
    if (!only || others.length > 0) return this.collect(sets, type, { fields: new Map(), hidden: new Set() });
    let known = this.collected.get(type.name);
    if (!known) this.collected.set(type.name, known = new Map());
    let applicable = known.get(only);
    if (!applicable) known.set(only, applicable = this.collect([only], type, { fields: new Map(), hidden: new Set() }));
    return applicable;
  }

  private collect(sets: readonly SelectionSetNode[], type: GraphQLObjectType, into: Applicable): Applicable {
    const { client, access, variables } = this.completion;
    for (const selection of sets.flatMap((set) => set.selections)) {
      if (!isIncluded(conditionsOf(selection), variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = responseName(selection);
        const same = into.fields.get(name);
        if (same) same.push(selection);
        else into.fields.set(name, [selection]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : client.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      if (!fragment || (condition !== undefined && !this.isOfType(type, condition))) continue;
      if (condition !== undefined && access?.hiddenTypes.has(condition)) into.hidden.add(condition);
      else this.collect([fragment.selectionSet], type, into);
    }
    return into;
  }

  private isOfType(type: GraphQLObjectType, condition: string): boolean {
    if (type.name === condition) return true;
    const wanted = this.completion.schema.getType(condition);
    return isAbstractType(wanted) && this.completion.schema.isSubType(wanted, type);
  }
}
