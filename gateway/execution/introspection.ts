import { executeSync, Kind, visit } from 'graphql';
import type { FieldNode, GraphQLSchema } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';
import { responseName } from '../documents/selections';
import type { ValueWriter } from './value-writers';

/** Writes `__schema` or `__type` from the API schema: once and for all where no variable has a part in it. */
export function introspectionWriter(schema: GraphQLSchema, { operation, fragments }: ClientOperation, nodes: readonly FieldNode[]): ValueWriter {
  const [first] = nodes;
  if (!first) throw new Error('Nothing is asked of the schema');
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } }, ...fragments.values()],
  } as const;
  const name = responseName(first);
  const dependsOnVariables = [...nodes, ...fragments.values()].some(hasVariable);
  let known: string | undefined;

  return (_value, shaping, depth) => {
    if (known !== undefined) return known;
    const { data, errors } = executeSync({ schema, document, variableValues: shaping.variables });
    if (errors?.length || !data) return shaping.wrong(depth, first.name.value);
    const text = JSON.stringify(data[name]);
    if (!dependsOnVariables) known = text;
    return text;
  };
}

function hasVariable(node: Parameters<typeof visit>[0]): boolean {
  let has = false;
  visit(node, { Variable: () => void (has = true) });
  return has;
}
