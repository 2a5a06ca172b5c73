import { RunningShop } from './testing/running-shop';

describe('queries and mutations', () => {
  let shop: RunningShop;
  beforeAll(async () => { shop = await RunningShop.start(); });
  afterAll(() => shop.stop());

  it('joins what two subgraphs know of one thing', async () => {
    const { data, errors } = await shop.ask('{ products { name rating } reviewCount }');
    expect(errors).toBeUndefined();
    expect(data).toEqual({ products: [{ name: 'Hammer', rating: 1.5 }, { name: 'Saw', rating: 2.5 }], reviewCount: 1 });
  });

  it('answers in the order and under the names of the client', async () => {
    const { data } = await shop.ask('query($id: ID!) { b: product(id: $id) { n: name, id } a: product(id: "1") { ...P } } fragment P on Product { rating name }', { id: '2' });
    expect(JSON.stringify(data)).toBe('{"b":{"n":"Saw","id":"2"},"a":{"rating":1.5,"name":"Hammer"}}');
  });

  it('carries out mutations one after the other', async () => {
    const { data } = await shop.ask('mutation { a: add(amount: 1) b: add(amount: 10) c: add(amount: 100) }');
    expect(data).toEqual({ a: 1, b: 11, c: 111 });
  });

  it('resolves unions and interfaces', async () => {
    const { data } = await shop.ask('{ catalogue { __typename ... on Product { name rating } ... on Tool { label } } node(id: "t") { id ... on Tool { label } } }');
    expect(data).toEqual({
      catalogue: [{ __typename: 'Product', name: 'Hammer', rating: 1.5 }, { __typename: 'Tool', label: 'Lathe' }],
      node: { id: 't', label: 'Lathe' },
    });
  });

  it('answers introspection beside data', async () => {
    const { data } = await shop.ask('{ __schema { queryType { name } } __typename reviewCount }');
    expect(data).toEqual({ __schema: { queryType: { name: 'Query' } }, __typename: 'Query', reviewCount: 1 });
  });
});
