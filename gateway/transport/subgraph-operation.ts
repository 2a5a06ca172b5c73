import { Kind, OperationTypeNode, parse } from 'graphql';
import type { DocumentNode } from 'graphql';
import type { SubgraphOperation } from './subgraph-transport';

/** An operation for a subgraph, from its text. `document`: the same, parsed, where it is at hand. */
export function subgraphOperation(query: string, operationName?: string, document: DocumentNode = parse(query, { noLocation: true })): SubgraphOperation {
  const definition = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return { kind: definition?.operation ?? OperationTypeNode.QUERY, query, document, operationName };
}
