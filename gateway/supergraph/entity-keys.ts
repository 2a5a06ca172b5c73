import type { ObjectType, InterfaceType, Schema } from '@apollo/federation-internals';
import { Kind, parse } from 'graphql';
import { subgraphNames } from './subgraph-names';

/** By which fields a subgraph knows entities. */
export interface EntityKeys {
  /** Whether a representation of these fields, the outermost ones of it, tells the subgraph which entity of the type is meant. */
  suffice(subgraph: string, type: string, fields: ReadonlySet<string>): boolean;
}

/** Reads the keys of a supergraph's @join__type. */
export function entityKeysOf(schema: Schema): EntityKeys {
  const subgraphs = subgraphNames(schema);
  const keys = new Map<string, (readonly string[])[]>();
  for (const type of [...schema.objectTypes(), ...schema.interfaceTypes()]) {
    for (const { graph, key } of joins(type)) {
      const subgraph = subgraphs.get(graph);
      if (key === undefined || subgraph === undefined) continue;
      for (const name of [type.name, ...implementations(type)]) {
        const coordinate = `${subgraph} ${name}`;
        keys.set(coordinate, [...keys.get(coordinate) ?? [], outermost(key)]);
      }
    }
  }
  return {
    // Of a type without keys the plan knows better.
    suffice: (subgraph, type, fields) => keys.get(`${subgraph} ${type}`)?.some((key) => key.every((name) => fields.has(name))) ?? true,
  };
}

function joins(type: ObjectType | InterfaceType): { readonly graph: string; readonly key?: string }[] {
  return type.appliedDirectivesOf('join__type').map((applied) => applied.arguments() as { graph: string; key?: string });
}

/** A subgraph may know an interface's entities without knowing their types. */
function implementations(type: ObjectType | InterfaceType): readonly string[] {
  return 'possibleRuntimeTypes' in type ? type.possibleRuntimeTypes().map(({ name }) => name) : [];
}

function outermost(key: string): string[] {
  const [definition] = parse(`{${key}}`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  return definition.selectionSet.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []));
}
