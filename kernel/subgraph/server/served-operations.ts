import { getOperationAST, Kind, type DocumentNode, type GraphQLError, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import { notServedHere } from '../errors';
import type { Serves } from './config';

/** What is wrong with asking this process for an operation, if anything is. */
export function refusalOf(document: DocumentNode, operation: OperationDefinitionNode, serves: Serves): GraphQLError | undefined {
  const isMutation = operation.operation === 'mutation';
  if (serves === 'both' || isMutation === (serves === 'commands')) return undefined;
  if (isMutation) return notServedHere('This process serves queries only.');
  const isAboutItself = operation.operation === 'query' && asksOnlyAboutTheSchema(document, operation.selectionSet);
  return isAboutItself ? undefined : notServedHere('This process serves commands only.');
}

/** The operation to be executed; undefined where the document leaves it open. */
export const operationOf = (document: DocumentNode, name: string | null | undefined): OperationDefinitionNode | undefined => getOperationAST(document, name) ?? undefined;

/** `_service`, as federation asks for it, and whatever GraphQL answers by itself. */
function asksOnlyAboutTheSchema(document: DocumentNode, { selections }: SelectionSetNode): boolean {
  return selections.every((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === '_service' || selection.name.value.startsWith('__');
    if (selection.kind === Kind.INLINE_FRAGMENT) return asksOnlyAboutTheSchema(document, selection.selectionSet);
    const fragment = document.definitions.find((node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value);
    return fragment?.kind === Kind.FRAGMENT_DEFINITION && asksOnlyAboutTheSchema(document, fragment.selectionSet);
  });
}
