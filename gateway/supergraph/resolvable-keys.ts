import { Kind } from 'graphql';
import type { ConstDirectiveNode, DocumentNode } from 'graphql';

/**
 * Leaves out keys that a subgraph can't be asked by (`resolvable: false`), where it has another that it can be asked by. To come back to a subgraph for fields with `@requires` the
 * planner takes the first key that it finds, whether or not it resolves.
 */
export function onlyResolvableKeys(supergraph: DocumentNode): DocumentNode {
  let isChanged = false;
  const definitions = supergraph.definitions.map((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return node;
    const keys = (node.directives ?? []).filter(isKey);
    const resolving = new Set(keys.filter(isResolvable).map(graphOf));
    const useless = new Set(keys.filter((key) => !isResolvable(key) && resolving.has(graphOf(key))));
    if (useless.size === 0) return node;
    isChanged = true;
    return { ...node, directives: node.directives?.filter((directive) => !useless.has(directive)) ?? [] };
  });
  return isChanged ? { ...supergraph, definitions } : supergraph;
}

function isKey(directive: ConstDirectiveNode): boolean {
  return directive.name.value === 'join__type' && valueOf(directive, 'key') !== undefined;
}

function isResolvable(directive: ConstDirectiveNode): boolean {
  const value = valueOf(directive, 'resolvable');
  return value?.kind !== Kind.BOOLEAN || value.value;
}

function graphOf(directive: ConstDirectiveNode): string | undefined {
  const value = valueOf(directive, 'graph');
  return value?.kind === Kind.ENUM ? value.value : undefined;
}

function valueOf({ arguments: args }: ConstDirectiveNode, name: string) {
  return args?.find((argument) => argument.name.value === name)?.value;
}
