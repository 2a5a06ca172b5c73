import fc from 'fast-check';
import { getOperationAST, Kind, validate, visit } from 'graphql';
import { foreignGateway } from './foreign-gateway';
import { library } from './library';
import { OperationArbitrary } from './operation-arbitrary';
import type { RandomOperation } from './random-operation';

const { apiSchema } = foreignGateway(library);
const operations = fc.sample(new OperationArbitrary({ schema: apiSchema, samples: library.samples }), { numRuns: 300, seed: 7 });

/** How many of the operations have something. */
function having(has: (operation: RandomOperation) => boolean): number {
  return operations.filter(has).length;
}

function finds(kind: Kind, isMeant: (node: never) => boolean = () => true) {
  return ({ document }: RandomOperation): boolean => {
    let found = false;
    visit(document, { enter(node) { if (node.kind === kind && isMeant(node as never)) found = true; } });
    return found;
  };
}

describe('random operations', () => {
  it('are valid, and no two are the same', () => {
    for (const { document } of operations) expect(validate(apiSchema, document)).toEqual([]);
    expect(new Set(operations.map(({ text }) => text)).size).toBeGreaterThan(280);
  });

  it.each<[string, number, (operation: RandomOperation) => boolean]>([
    ['named fragments', 100, finds(Kind.FRAGMENT_DEFINITION)],
    ['inline fragments', 150, finds(Kind.INLINE_FRAGMENT)],
    ['fragments on a union', 20, finds(Kind.INLINE_FRAGMENT, ({ typeCondition }: { typeCondition?: { name: { value: string } } }) => typeCondition?.name.value === 'Found')],
    ['fragments on an interface', 20, finds(Kind.INLINE_FRAGMENT, ({ typeCondition }: { typeCondition?: { name: { value: string } } }) => typeCondition?.name.value === 'Work')],
    ['aliases', 150, finds(Kind.FIELD, ({ alias }: { alias?: object }) => alias !== undefined)],
    ['aliases that are key fields', 10, finds(Kind.FIELD, ({ alias, name }: { alias?: { value: string }; name: { value: string } }) => alias?.value === 'isbn' && name.value !== 'isbn')],
    ['@skip', 60, finds(Kind.DIRECTIVE, ({ name }: { name: { value: string } }) => name.value === 'skip')],
    ['@include', 60, finds(Kind.DIRECTIVE, ({ name }: { name: { value: string } }) => name.value === 'include')],
    ['variables', 100, finds(Kind.VARIABLE_DEFINITION)],
    ['defaults of variables', 50, finds(Kind.VARIABLE_DEFINITION, ({ defaultValue }: { defaultValue?: object }) => defaultValue !== undefined)],
    ['variables that are null', 10, ({ variables }) => Object.values(variables).includes(null)],
    ['variables that are not sent', 50, ({ document, variables }) => (getOperationAST(document, 'Asked')?.variableDefinitions ?? []).some(({ variable }) => !Object.hasOwn(variables, variable.name.value))],
    ['input objects', 10, finds(Kind.OBJECT)],
    ['lists', 10, finds(Kind.LIST)],
    ['mutations', 20, finds(Kind.OPERATION_DEFINITION, ({ operation }: { operation: string }) => operation === 'mutation')],
    ['__typename', 80, finds(Kind.FIELD, ({ name }: { name: { value: string } }) => name.value === '__typename')],
    ['introspection beside data', 5, finds(Kind.FIELD, ({ name }: { name: { value: string } }) => name.value === '__schema' || name.value === '__type')],
    ['several operations', 5, ({ operationName, document }) => operationName !== undefined && document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length > 1],
  ])('have %s', (_, atLeast, has) => {
    expect(having(has)).toBeGreaterThanOrEqual(atLeast);
  });

  it('shrink to smaller valid ones', () => {
    const arbitrary = new OperationArbitrary({ schema: apiSchema, samples: library.samples });
    const largest = operations.reduce((one, other) => (other.text.length > one.text.length ? other : one));
    const smaller = [...arbitrary.shrink(largest)].map(({ value }) => value);
    expect(smaller.length).toBeGreaterThan(10);
    for (const { document, text } of smaller) {
      expect(validate(apiSchema, document)).toEqual([]);
      expect(text.length).toBeLessThan(largest.text.length);
    }
  });
});
