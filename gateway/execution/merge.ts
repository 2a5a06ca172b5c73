import { Kind } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import type { TypeRelations } from './type-relations';

type Data = Record<string, unknown>;

/** The names in a fetch's answer that hold objects, with those below them. All else is a value, and never looked into: a custom scalar may be an object as well. */
export type Composites = ReadonlyMap<string, Composites>;

/** `renamed`: names that are changed before what came is merged. */
export function compositesOf(document: DocumentNode, renamed: ReadonlyMap<string, string>): Composites {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const composites = new Map<string, Map<string, Composites>>();
  if (operation) collect(operation.selectionSet, composites as Collected);
  return composites;

  function collect(set: SelectionSetNode, into: Collected): void {
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD) {
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (inner) collect(inner.selectionSet, into);
      } else if (selection.selectionSet) {
        const name = selection.alias?.value ?? selection.name.value;
        const below: Collected = into.get(name) ?? new Map();
        into.set(name, below);
        const newName = renamed.get(name);
        if (newName !== undefined) into.set(newName, below);
        collect(selection.selectionSet, below);
      }
    }
  }
}

type Collected = Map<string, Collected>;

/** Merges what a fetch brought into what is there. */
export interface Merger {
  /** `source` may become part of `target`. */
  merge(target: Data, source: Data): void;
  /** `source` stays as it is: it is merged at other places, too. */
  mergeCopy(target: Data, source: Data): void;
}

/**
 * Objects come together field by field, lists of the same length item by item; of two values the newer stands. An object is kept where one source has null for
 * it, and an object's own type where another subgraph knows it by an interface only.
 */
export function merger(composites: Composites, types: TypeRelations): Merger {
  function merge(target: Data, source: Data, below: Composites, copies: boolean): void {
    for (const key of Object.keys(source)) {
      const value = source[key];
      // As a key of its own it would change what the object inherits.
      if (value === undefined || key === '__proto__') continue;
      const inner = below.get(key);
      if (inner) target[key] = together(target[key], value, inner, copies);
      else if (key !== '__typename' || target[key] === undefined || !types.isAbstract(String(value))) target[key] = value;
    }
  }

  function together(before: unknown, value: unknown, below: Composites, copies: boolean): unknown {
    if (value === null || typeof value !== 'object') return before ?? value;
    if (Array.isArray(value)) {
      if (!Array.isArray(before) || before.length !== value.length) return copies ? copy(value, below) : value;
      for (let index = 0; index < value.length; index += 1) before[index] = together(before[index], value[index], below, copies);
      return before;
    }
    if (before === null || typeof before !== 'object' || Array.isArray(before)) return copies ? copy(value, below) : value;
    merge(before as Data, value as Data, below, copies);
    return before;
  }

  function copy(value: unknown, below: Composites): unknown {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item) => copy(item, below));
    const copied: Data = {};
    merge(copied, value as Data, below, true);
    return copied;
  }

  return {
    merge: (target, source) => merge(target, source, composites, false),
    mergeCopy: (target, source) => merge(target, source, composites, true),
  };
}
