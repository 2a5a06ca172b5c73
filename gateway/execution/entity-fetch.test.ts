import { SubgraphUnreachable } from '../transport/subgraph-transport';
import { ScriptedGateway } from '../testing/scripted-gateway';
import type { Asked } from '../testing/scripted-gateway';

const shop = {
  shelves: `
    type Query { shelves: [Shelf!] best: Item latest: Ref }
    type Subscription { put: Item }
    type Shelf { name: String items: [Item] }
    type Ref { item: Item }
    type Item @key(fields: "id") { id: ID! }
  `,
  stock: `
    type Item @key(fields: "id") { id: ID! count: Int price: Int! box: Box }
    type Box { size: Int }
  `,
};

const item = (id: string) => ({ __typename: 'Item', id });
const shelves = () => ({ data: { shelves: [{ items: [item('1'), item('2'), null, item('1')] }, { items: [item('2')] }] } });

interface Representation { readonly id: string }

function representations({ variables }: Asked): readonly Representation[] {
  return variables['representations'] as Representation[];
}

/** Answers the first question by shelves, and the others as `stock` says. */
function gateway(stock: (asked: Asked) => unknown): ScriptedGateway {
  return new ScriptedGateway(shop, (asked) => (asked.subgraph === 'shelves' ? shelves() : stock(asked)));
}

const counted = (asked: Asked) => ({ data: { _entities: representations(asked).map(({ id }) => ({ count: Number(id), n: Number(id), box: { size: Number(id) } })) } });

describe('a fetch of entities', () => {
  it('asks for each once, and puts it wherever it stands', async () => {
    const tried = gateway(counted);
    expect(await tried.ask('{ shelves { items { n: count box { size } } } }')).toEqual({
      data: {
        shelves: [
          { items: [{ n: 1, box: { size: 1 } }, { n: 2, box: { size: 2 } }, null, { n: 1, box: { size: 1 } }] },
          { items: [{ n: 2, box: { size: 2 } }] },
        ],
      },
    });
    expect(tried.asked.slice(1).map(({ variables }) => variables)).toEqual([{ representations: [item('1'), item('2')] }]);
  });

  it('is not sent where there is nothing to ask', async () => {
    const tried = new ScriptedGateway(shop, () => ({ data: { shelves: [{ items: [null] }, { items: null }] } }));
    expect(await tried.ask('{ shelves { items { count } } }')).toEqual({ data: { shelves: [{ items: [null] }, { items: null }] } });
    expect(tried.asked).toHaveLength(1);
  });

  it('is one where several places side by side ask the same, and no entity is asked for twice', async () => {
    const tried = new ScriptedGateway(shop, (asked) => (asked.subgraph === 'shelves'
      ? { data: { best: item('7'), latest: { item: item('7') }, ...shelves().data } }
      : { data: { _entities: representations(asked).map(({ id }) => ({ box: { size: Number(id) } })) } }));
    expect(await tried.ask('{ best { box { size } } latest { item { box { size } } } }')).toEqual({ data: { best: { box: { size: 7 } }, latest: { item: { box: { size: 7 } } } } });
    expect(tried.asked.slice(1).map(({ variables }) => variables)).toEqual([{ representations: [item('7')] }]);
  });

  it('tells an error of an entity at each of its places, with the names of the client', async () => {
    const tried = new ScriptedGateway(shop, (asked) => (asked.subgraph === 'shelves' ? { data: { all: shelves().data.shelves } } : {
      data: { _entities: [{ name__1: null }, { name__1: 2 }] },
      errors: [{ message: 'Not counted', path: ['_entities', 0, 'name__1'], extensions: { code: 'UNCOUNTED', since: 3 } }],
    }));
    // The client's alias is a field's name, and so it is not the one that the subgraph is asked for.
    const { data, errors } = await tried.ask('{ all: shelves { items { name: count } } }');
    expect(data).toEqual({ all: [{ items: [{ name: null }, { name: 2 }, null, { name: null }] }, { items: [{ name: 2 }] }] });
    const expected = [['all', 0, 'items', 0, 'name'], ['all', 0, 'items', 3, 'name']].map((path) => ({ message: 'Not counted', path, extensions: { code: 'UNCOUNTED', since: 3 } }));
    expect(errors?.map((error) => error.toJSON())).toEqual(expected);
  });

  it('takes null for an entity to mean that there is none, as far up as null may stand', async () => {
    const tried = gateway((asked) => ({ data: { _entities: representations(asked).map(({ id }) => (id === '1' ? null : { price: 5 })) } }));
    expect(await tried.ask('{ shelves { items { price } } }')).toEqual({ data: { shelves: [{ items: [null, { price: 5 }, null, null] }, { items: [{ price: 5 }] }] } });
  });

  it.each([
    ['no list', { data: { _entities: {} } }],
    ['too few', { data: { _entities: [{ count: 1 }] } }],
    ['too many', { data: { _entities: [{ count: 1 }, { count: 2 }, { count: 3 }] } }],
    ['no entities', { data: {} }],
    ['no data', { data: null }],
    ['data that is no object', { data: 7 }],
  ])('answered with %s is an error at its place, and the rest stands', async (_what, result) => {
    const { data, errors } = await gateway(() => result).ask('{ shelves { name items { count } } }');
    expect(data).toEqual({ shelves: [{ name: null, items: [{ count: null }, { count: null }, null, { count: null }] }, { name: null, items: [{ count: null }] }] });
    expect(errors).toMatchObject([{ path: ['shelves', 'items'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });

  it('answered with something else than an entity is an error wherever that stands', async () => {
    const { data, errors } = await gateway(() => ({ data: { _entities: ['1', { count: 2 }] } })).ask('{ shelves { items { count } } }');
    expect(data).toEqual({ shelves: [{ items: [{ count: null }, { count: 2 }, null, { count: null }] }, { items: [{ count: 2 }] }] });
    expect(errors?.map(({ path }) => path)).toEqual([['shelves', 0, 'items', 0], ['shelves', 0, 'items', 3]]);
  });

  it.each([
    ['none', undefined], ['null', null], ['a text', 'here'], ['of another field', ['other', 0]], ['of an entity that was not asked for', ['_entities', 9, 'count']],
    ['with steps that are none', ['_entities', { at: 0 }]], ['with a broken index', ['_entities', 0.5]],
  ])('told of an error with a path that is %s tells it at its own place', async (_what, path) => {
    const { data, errors } = await gateway((asked) => ({ ...counted(asked), errors: [{ message: 'Somewhere', path, extensions: { code: 'ODD' } }] })).ask('{ shelves { items { count } } }');
    expect(data).toMatchObject({ shelves: [{ items: [{ count: 1 }, { count: 2 }, null, { count: 1 }] }, { items: [{ count: 2 }] }] });
    expect(errors).toMatchObject([{ message: 'Somewhere', path: ['shelves', 'items'], extensions: { code: 'ODD' } }]);
  });

  it('told of an error whose list indices are texts, as some servers write them, tells it at the entity', async () => {
    const { errors } = await gateway((asked) => ({ ...counted(asked), errors: [{ message: 'There', path: ['_entities', '1', 'count'], extensions: { code: 'ODD' } }] })).ask('{ shelves { items { count } } }');
    expect(errors).toMatchObject([['shelves', 0, 'items', 1, 'count'], ['shelves', 1, 'items', 0, 'count']].map((path) => ({ message: 'There', path })));
  });

  it('that reaches nobody is an error at its place', async () => {
    const { data, errors } = await gateway(() => { throw new SubgraphUnreachable('stock', new Error('refused')); }).ask('{ shelves { name items { price } } }');
    expect(data).toEqual({ shelves: [{ name: null, items: [null, null, null, null] }, { name: null, items: [null] }] });
    expect(errors).toMatchObject([{ path: ['shelves', 'items'], extensions: { code: 'UNAVAILABLE' } }]);
  });

  it('tells which entities were read beside an event, the same entity by the same name', async () => {
    const tried = gateway(counted);
    const touched = [new Set<string>(), new Set<string>(), new Set<string>()];
    const answers = await Promise.all(['1', '2', '1'].map((id, index) => tried.answerEvent('subscription { put { count } }', { data: { put: item(id) } }, touched[index])));
    expect(answers.map(({ data }) => data)).toEqual([{ put: { count: 1 } }, { put: { count: 2 } }, { put: { count: 1 } }]);
    expect(touched.map(({ size }) => size)).toEqual([1, 1, 1]);
    expect(touched[0]).toEqual(touched[2]);
    expect(touched[0]).not.toEqual(touched[1]);
  });

  it('leaves an event as it is, for whoever gets it as well', async () => {
    const event = { data: { put: item('1') } };
    await gateway(counted).answerEvent('subscription { put { count } }', event);
    expect(event).toEqual({ data: { put: item('1') } });
  });
});
