import { ScriptedGateway } from '../testing/scripted-gateway';

const shop = {
  shelves: 'type Query { shelves: [Shelf!] best: Item latest: Ref } type Shelf { items: [Item] } type Ref { item: Item } type Item @key(fields: "id") { id: ID! }',
  stock: 'type Item @key(fields: "id") { id: ID! box: Box } type Box { size: Int }',
  scales: 'type Item @key(fields: "id") { id: ID! weight: Int any: Any } scalar Any',
};
const deep = (value: unknown): unknown => JSON.parse(`${'['.repeat(50_000)}${JSON.stringify(value)}${']'.repeat(50_000)}`);
const item = (id: string) => ({ __typename: 'Item', id });
const masked = (...path: (string | number)[]) => expect.objectContaining({ path, message: expect.stringContaining('Internal server error') }) as unknown;

describe('an answer that nests deeper than the stack', () => {
  it('is missing at its places, and the answers of others are not', async () => {
    const tried = new ScriptedGateway(shop, ({ subgraph, variables }) => {
      if (subgraph === 'shelves') return { data: { best: item('1'), shelves: [{ items: deep(item('2')) }] } };
      return { data: { _entities: (variables['representations'] as object[]).map(() => ({ box: { size: 3 } })) } };
    });
    const { data, errors } = await tried.ask('{ best { box { size } } shelves { items { weight } } }');
    expect(data).toEqual({ best: { box: { size: 3 } }, shelves: [{ items: [null] }] });
    expect(errors).toContainEqual(masked('shelves', 'items'));
  });

  it('is null where it is a value of any form', async () => {
    const tried = new ScriptedGateway(shop, ({ subgraph }) => (subgraph === 'shelves' ? { data: { best: item('1') } } : { data: { _entities: [{ weight: 3, any: deep(1) }] } }));
    const { data, errors } = await tried.ask('{ best { weight any } }');
    expect(data).toEqual({ best: { weight: 3, any: null } });
    expect(errors).toEqual([masked('best', 'any')]);
  });

  it('keeps nobody from waiting for what was asked beside it', async () => {
    const happened: string[] = [];
    const answered = Promise.withResolvers<unknown>();
    const tried = new ScriptedGateway(shop, ({ subgraph }) => {
      if (subgraph === 'shelves') return { data: { best: item('1'), latest: { item: item('1') }, shelves: [{ items: deep(item('2')) }] } };
      return answered.promise;
    });
    const asking = tried.ask('{ best { box { size } } latest { item { box { size } } } shelves { items { weight } } }').then((result) => {
      happened.push('told');
      return result;
    });
    while (tried.asked.length < 2) await new Promise(setImmediate);
    await new Promise(setImmediate);
    happened.push('answered');
    // Two places share it, so that it is copied, as deep as it is.
    answered.resolve({ data: { _entities: [{ box: deep({ size: 1 }) }] } });
    expect((await asking).errors).toEqual(expect.arrayContaining([masked('shelves', 'items'), masked('best')]));
    expect(happened).toEqual(['answered', 'told']);
  });
});
