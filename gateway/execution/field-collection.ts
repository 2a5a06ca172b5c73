import { isAbstractType, isInterfaceType, isObjectType, Kind } from 'graphql';
import type { FieldNode, GraphQLNamedType, GraphQLSchema, SelectionSetNode } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';
import { responseName } from '../documents/selections';
import type { OperationAccess } from '../security/operation-access';

/** What of a selection applies to one type. */
export interface CollectedFields {
  /** By response name, in the order of the answer. */
  readonly fields: ReadonlyMap<string, readonly FieldNode[]>;
  /** Types whose fragments apply, but are left out because the caller may not have them. */
  readonly hidden: ReadonlySet<string>;
  /** What of it only a value's own type decides, where `type` is not one: nothing; which fragments apply; or the very name of the type. */
  readonly open: 'nothing' | 'fragments' | 'name';
}

export interface FieldSource {
  /** Its @skip and @include settled. */
  readonly client: ClientOperation;
  readonly schema: GraphQLSchema;
  readonly access: OperationAccess | undefined;
}

/** GraphQL's CollectFields, for values of `type`: an object type, or an interface as what a subgraph says that knows no more. */
export function collectFields({ client, schema, access }: FieldSource, sets: readonly SelectionSetNode[], type: GraphQLNamedType): CollectedFields {
  const fields = new Map<string, FieldNode[]>();
  const hidden = new Set<string>();
  let open: CollectedFields['open'] = 'nothing';

  function collect(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = responseName(selection);
        if (selection.name.value === '__typename' && !isObjectType(type)) open = 'name';
        const same = fields.get(name);
        if (same) same.push(selection);
        else fields.set(name, [selection]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : client.fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value;
      if (!fragment) continue;
      if (condition !== undefined && !applies(condition)) {
        if (open === 'nothing' && !isObjectType(type)) open = 'fragments';
        continue;
      }
      if (condition !== undefined && access?.hiddenTypes.has(condition)) hidden.add(condition);
      else collect(fragment.selectionSet);
    }
  }

  function applies(condition: string): boolean {
    if (condition === type.name) return true;
    const wanted = schema.getType(condition);
    return isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type);
  }

  for (const set of sets) collect(set);
  return { fields, hidden, open };
}
