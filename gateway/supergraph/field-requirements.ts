import type { Schema } from '@apollo/federation-internals';
import { Kind, parse } from 'graphql';
import type { SelectionSetNode } from 'graphql';
import { subgraphNames } from './subgraph-names';

/** What subgraphs need to be given for their fields, by `@requires`. */
export interface FieldRequirements {
  of(subgraph: string, type: string, field: string): SelectionSetNode | undefined;
}

/** Reads the requirements of a supergraph's @join__field. */
export function fieldRequirementsOf(schema: Schema): FieldRequirements {
  const subgraphs = subgraphNames(schema);
  const requirements = new Map<string, SelectionSetNode>();
  for (const type of [...schema.objectTypes(), ...schema.interfaceTypes()]) {
    for (const field of type.fields()) {
      for (const applied of field.appliedDirectivesOf('join__field')) {
        const { graph, requires } = applied.arguments() as { graph?: string; requires?: string };
        const subgraph = subgraphs.get(graph ?? '');
        const selections = requires === undefined ? undefined : selectionSetOf(requires);
        if (subgraph !== undefined && selections) requirements.set(coordinate(subgraph, type.name, field.name), selections);
      }
    }
  }
  return { of: (subgraph, type, field) => requirements.get(coordinate(subgraph, type, field)) };
}

function coordinate(subgraph: string, type: string, field: string): string {
  return `${subgraph} ${type}.${field}`;
}

function selectionSetOf(fields: string): SelectionSetNode | undefined {
  const [definition] = parse(`{${fields}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined;
}
