import { executeSync, Kind, visit } from 'graphql';
import type { FieldNode, GraphQLSchema } from 'graphql';
import { BoundedCache } from '../bounded-cache';
import type { ClientOperation } from '../documents/document-cache';
import { responseName } from '../documents/selections';
import { ResponseTooLong } from './response-size';
import { shownDefaults } from '../supergraph/exact-defaults';
import type { ValueWriter } from './value-writers';

/** What was written last, by its writer: a schema's text can be long, and asked for in as many ways as there are documents. */
const written = new BoundedCache<ValueWriter, string>(100, { maxWeight: 8 * 1024 * 1024, weightOf: (_, text) => text.length });

/** Writes `__schema` or `__type` from the API schema: once, as long as it is in use, where no variable has a part in it. */
export function introspectionWriter(schema: GraphQLSchema, { operation, fragments }: ClientOperation, nodes: readonly FieldNode[]): ValueWriter {
  const [first] = nodes;
  if (!first) throw new Error('Nothing is asked of the schema');
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } }, ...fragments.values()],
  } as const;
  const name = responseName(first);
  const dependsOnVariables = [...nodes, ...fragments.values()].some(hasVariable);

  const writer: ValueWriter = (_value, shaping, depth) => {
    const known = dependsOnVariables ? undefined : written.get(writer);
    if (known !== undefined) return known;
    const { data, errors } = executeSync({ schema, document, variableValues: shaping.variables });
    if (errors?.length || !data) return shaping.wrong(depth, first.name.value);
    const text = shownDefaults(textOf(data[name]));
    if (!dependsOnVariables) written.set(writer, text);
    return text;
  };
  return writer;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Longer than any text can be.
    if (error instanceof RangeError) throw new ResponseTooLong();
    throw error;
  }
}

function hasVariable(node: Parameters<typeof visit>[0]): boolean {
  let has = false;
  visit(node, { Variable: () => void (has = true) });
  return has;
}
