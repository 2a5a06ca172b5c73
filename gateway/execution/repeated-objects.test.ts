import type { PlanNode } from '@apollo/query-planner';
import { GraphQLSchema, OperationTypeNode } from 'graphql';
import { ScriptedGateway } from '../testing/scripted-gateway';
import { compilePlan } from './compile-plan';
import { visitPlaces } from './places';
import type { PlanRun } from './plan-run';

const sdls = {
  library: `
    type Query { works: [Work] }
    union Work = Book | Film
    type Book { by: Person  next: Book }
    type Film { by: Person }
    type Person @key(fields: "id") { id: ID! note: String }
  `,
  people: 'type Person @key(fields: "id") { id: ID! name: String! age: Int }',
};

const person = (id: string, more: object = {}) => ({ __typename: 'Person', id, ...more });
const named = ({ variables }: { variables: Readonly<Record<string, unknown>> }, name: (id: string) => string | null) => ({
  data: { _entities: (variables['representations'] as { id: string }[]).map(({ id }) => ({ name: name(id) })) },
});

describe('an entity that stands at many places', () => {
  it('keeps what is different at each', async () => {
    const works = [{ __typename: 'Film', by: person('1') }, ...['a', 'b'].map((note) => ({ __typename: 'Book', by: person('1', { note }) }))];
    const gateway = new ScriptedGateway(sdls, (asked) => (asked.subgraph === 'library' ? { data: { works } } : named(asked, (id) => `N${id}`)));
    expect((await gateway.ask('{ works { ... on Film { by { name } } ... on Book { by { note name } } } }')).data)
      .toEqual({ works: [{ by: { name: 'N1' } }, { by: { note: 'a', name: 'N1' } }, { by: { note: 'b', name: 'N1' } }] });
  });

  it('is written as each place asks', async () => {
    const works = ['Book', 'Film', 'Book'].map((__typename) => ({ __typename, by: person('1') }));
    const gateway = new ScriptedGateway(sdls, (asked) => (asked.subgraph === 'library' ? { data: { works } } : named(asked, (id) => `N${id}`)));
    expect((await gateway.ask('{ works { ... on Book { by { id name } } ... on Film { by { name } } } }')).data)
      .toEqual({ works: [{ by: { id: '1', name: 'N1' } }, { by: { name: 'N1' } }, { by: { id: '1', name: 'N1' } }] });
  });

  it('is wrong at each of them', async () => {
    const works = () => ['Film', 'Film'].map((__typename) => ({ __typename, by: person('1') }));
    const gateway = new ScriptedGateway(sdls, (asked) => (asked.subgraph === 'library' ? { data: { works: works() } } : named(asked, () => null)));
    const { data, errors } = await gateway.ask('{ works { ... on Film { by { name } } } }');
    expect(data).toEqual({ works: [{ by: null }, { by: null }] });
    expect(errors?.map(({ path }) => path)).toEqual([['works', 0, 'by', 'name'], ['works', 1, 'by', 'name']]);
    const aged = new ScriptedGateway(sdls, (asked) => (asked.subgraph === 'library' ? { data: { works: works() } } : { data: { _entities: [{ age: 'old' }] } }));
    const answer = await aged.ask('{ works { ... on Film { by { age } } } }');
    expect(answer.data).toEqual({ works: [{ by: { age: null } }, { by: { age: null } }] });
    expect(answer.errors?.map(({ path }) => path)).toEqual([['works', 0, 'by', 'age'], ['works', 1, 'by', 'age']]);
  });

  it('is gone through once', () => {
    const shared = { items: [{}, {}] };
    const visited: object[] = [];
    visitPlaces({ list: [shared, { items: [{}] }, shared] }, ['list', 'items'], new Set([shared]), (object) => visited.push(object));
    expect(visited).toHaveLength(3);
  });

  it('does not take the place of its equals where another fetch brings something of each', async () => {
    const answers: Record<string, (keys: { id: string }[]) => unknown> = {
      library: () => ({ shelves: ['1', '2'].map((id) => ({ __typename: 'Shelf', id, keeper: person('9') })) }),
      people: (keys) => ({ _entities: keys.map(() => ({ name: 'N' })) }),
      work: (keys) => ({ _entities: keys.map(({ id }) => ({ keeper: { role: `of ${id}` } })) }),
    };
    const requires = (type: string) => [{ kind: 'InlineFragment' as const, typeCondition: type, selections: [{ kind: 'Field' as const, name: '__typename' }, { kind: 'Field' as const, name: 'id' }] }];
    const entities = (serviceName: string, type: string, selection: string, path: string[]): PlanNode => ({
      kind: 'Flatten', path, node: {
        kind: 'Fetch', serviceName, requires: requires(type), operationKind: OperationTypeNode.QUERY, operationName: undefined,
        operation: `query($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} { ${selection} } } }`,
      },
    });
    const node: PlanNode = {
      kind: 'Sequence', nodes: [
        { kind: 'Fetch', serviceName: 'library', operationKind: OperationTypeNode.QUERY, operationName: undefined, operation: '{ shelves { __typename id keeper { __typename id } } }' },
        entities('people', 'Person', 'name', ['shelves', '@', 'keeper']),
        entities('work', 'Shelf', 'keeper { role }', ['shelves', '@']),
      ],
    };
    const step = compilePlan({ node, typeAt: () => undefined }, {
      types: { isOfType: (type, condition) => type === condition, isKnown: () => true, isAbstract: () => false },
      keys: { suffice: () => true }, requirements: { of: () => undefined }, omitsNulls: new Set(), schema: new GraphQLSchema({}),
      transports: new Map(Object.entries(answers).map(([name, answer]) => [name, {
        execute: ({ variables }) => Promise.resolve({ data: answer((variables?.['representations'] ?? []) as { id: string }[]) as Record<string, unknown> }),
        subscribe: () => { throw new Error('Not asked here'); },
        stop: () => Promise.resolve(),
      }])),
    });
    const run = { data: {}, errors: [], absent: [], repeated: new Set(), shared: [], variables: {}, withDefaults: {}, headers: {} } as unknown as PlanRun;
    await step(run);
    expect(run.data).toMatchObject({ shelves: [{ keeper: { name: 'N', role: 'of 1' } }, { keeper: { name: 'N', role: 'of 2' } }] });
  });
});
