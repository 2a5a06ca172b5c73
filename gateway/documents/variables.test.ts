import { buildSchema, Kind, parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { variableRules } from './variables';

const schema = buildSchema(`type Query { find(items: [Item!], moods: [Mood!], names: [String!]): Int }
  input Item { name: String! } enum Mood { GOOD BAD }`);

function check(query: string, variables: Record<string, unknown>) {
  const operation = parse(query).definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('The document has no operation');
  return variableRules(operation, [], schema).check(variables);
}

/** A list that gives `wrong` again and again, and fails the test when it is read far behind the tenth. */
function* endless(wrong: unknown): Generator<unknown> {
  for (let index = 0; index < 20; index += 1) yield wrong;
  throw new Error('The list is read on behind the last error');
}

function listOf(wrong: unknown): unknown {
  const items = endless(wrong);
  return Object.assign([], { [Symbol.iterator]: () => items });
}

describe('the check of variables', () => {
  it.each([
    ['objects without a required field', '$v: [Item!]', 'items', {}, 'v[9].name'],
    ['unknown enum values', '$v: [Mood!]', 'moods', 'GOO', 'v[9]'],
    ['numbers for strings', '$v: [String!]', 'names', 7, 'v[9]'],
    ['nulls', '$v: [String!]', 'names', null, 'v[9]'],
  ])('stops reading a list of %s at the tenth error', (_, definition, argument, wrong, last) => {
    const errors = check(`query(${definition}) { find(${argument}: $v) }`, { v: listOf(wrong) });
    expect(errors).toHaveLength(10);
    expect(errors[9]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: last });
  });

  it('stops reading an input object of unknown fields at the tenth error', () => {
    const unknown = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, 1]));
    const errors = check('query($v: [Item!]) { find(items: $v) }', { v: [{ name: 'a', ...unknown }, listOf({})] });
    expect(errors.map(({ extensions }) => extensions.field)).toEqual(Array.from({ length: 10 }, (_, index) => `v[0].k${index}`));
  });

  it('reads no second variable after ten errors in the first', () => {
    const errors = check('query($v: [Item!], $w: [Item!]) { a: find(items: $v) b: find(items: $w) }', { v: listOf({}), w: [{}] });
    expect(errors.map(({ extensions }) => extensions.field).filter((field) => String(field).startsWith('w'))).toEqual([]);
  });
});
