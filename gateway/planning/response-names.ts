import { Kind, print } from 'graphql';
import type { FieldNode, SelectionSetNode } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';
import { responseName } from '../documents/selections';

/** Under which name a field is planned and fetched. */
export interface ResponseNames {
  plannedName(field: FieldNode): string;
  /** The client's name for a planned one. */
  clientName(planned: string): string;
}

/**
 * The planner adds keys and required fields under their own names, and puts together what has one response name, be it in fragments on types that have nothing in common.
 * So a response name that is some other field's, or that stands for several fields, is planned under a name of ours. So is one that begins with two underscores, as the type system's
 * names and some of ours do, and one that every object of JavaScript inherits.
 */
export class PlannedNames implements ResponseNames {
  /** By response name, field and arguments. */
  private readonly planned = new Map<string, string>();
  private readonly client = new Map<string, string>();
  private readonly used: ReadonlySet<string>;

  /** `fieldNames`: of every field of every type that is planned. */
  constructor(operation: ClientOperation, private readonly fieldNames: ReadonlySet<string>) {
    this.used = responseNames(operation);
  }

  plannedName(field: FieldNode): string {
    const name = responseName(field);
    const key = `${name}:${field.name.value}${field.arguments?.length ? `(${field.arguments.map(print).join(',')})` : ''}`;
    const known = this.planned.get(key);
    if (known !== undefined) return known;
    const planned = this.isAmbiguous(field, name) || this.client.has(name) ? this.freshName(name) : name;
    this.planned.set(key, planned);
    this.client.set(planned, name);
    return planned;
  }

  clientName(planned: string): string {
    return this.client.get(planned) ?? planned;
  }

  private isAmbiguous(field: FieldNode, name: string): boolean {
    if (name in Object.prototype) return true;
    return name !== field.name.value && (this.fieldNames.has(name) || name.startsWith('__'));
  }

  private freshName(name: string): string {
    const start = name.replace(/^__+/, 'field_');
    for (let number = 1; ; number += 1) {
      const fresh = `${start}__${number}`;
      if (!this.fieldNames.has(fresh) && !this.used.has(fresh) && !this.client.has(fresh)) return fresh;
    }
  }
}

function responseNames({ operation, fragments }: ClientOperation): ReadonlySet<string> {
  const names = new Set<string>();
  function add(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) names.add(responseName(selection));
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) add(selection.selectionSet);
    }
  }
  add(operation.selectionSet);
  for (const { selectionSet } of fragments.values()) add(selectionSet);
  return names;
}
