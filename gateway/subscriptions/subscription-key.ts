import { Kind, print, visit } from 'graphql';
import type { ASTNode, DocumentNode, FieldNode, OperationDefinitionNode } from 'graphql';
import type { PreparedOperation } from '../planning/prepared-operation';

/** What makes two subscriptions' documents the same, whatever their operations are called and wherever they begin. */
interface NormalisedDocument {
  readonly text: string;
  /** The variables that it uses. */
  readonly variables: readonly string[];
}

const known = new WeakMap<PreparedOperation, NormalisedDocument>();

/** `placeArgument`: the root field's argument that says where to begin. */
export function normalised(prepared: PreparedOperation, placeArgument: string | undefined): NormalisedDocument {
  let document = known.get(prepared);
  if (!document) known.set(prepared, document = normalise(prepared, placeArgument));
  return document;
}

function normalise({ operation, fragments, schema }: PreparedOperation, placeArgument: string | undefined): NormalisedDocument {
  const root = schema.getSubscriptionType()?.name;
  // Of the root's fields: in the operation itself, or in a fragment on its type.
  const isRoot = (ancestors: readonly unknown[]): boolean => (ancestors as readonly ASTNode[]).every((node) => (
    node.kind !== Kind.FIELD && (node.kind !== Kind.FRAGMENT_DEFINITION || node.typeCondition.name.value === root)
  ));
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [withoutName(operation), ...fragments.values()] };
  const placeless = visit(document, {
    Field(field, _key, _parent, _path, ancestors): FieldNode | undefined {
      return isRoot(ancestors) ? { ...field, arguments: field.arguments?.filter(({ name }) => name.value !== placeArgument) ?? [] } : undefined;
    },
  });
  const variables = new Set<string>();
  visit(placeless, { VariableDefinition: () => false, Variable: ({ name }) => void variables.add(name.value) });
  const used = visit(placeless, { VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null) });
  return { text: print(used), variables: [...variables].sort() };
}

function withoutName(operation: OperationDefinitionNode): OperationDefinitionNode {
  return { ...operation, name: undefined };
}
