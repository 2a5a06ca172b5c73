import { RunningShop } from '../testing/running-shop';
import { Issuer } from '../testing/tokens';

describe('@resolvesFirst', () => {
  let shop: RunningShop;
  beforeAll(async () => { shop = await RunningShop.start(); });
  beforeEach(() => { shop.shop.calls.length = 0; });
  afterAll(() => shop.stop());

  it.each([
    ['after the others', '{ stock reviewCount position }'],
    ['in a fragment', '{ stock ...F reviewCount } fragment F on Query { latest { body } position }'],
    ['in an inline fragment', '{ stock ... { reviewCount position } }'],
    ['under another name', '{ stock reviewCount it: position }'],
  ])('resolves a field before all others when it is written %s', async (_, query) => {
    const { errors } = await shop.ask(query);
    expect(errors).toBeUndefined();
    expect(shop.shop.calls[0]).toBe('position');
    expect(shop.shop.calls.length).toBeGreaterThan(2);
  });

  it('answers in the order of the client', async () => {
    const { data } = await shop.ask('{ stock a: position products { name rating } b: position }');
    expect(Object.keys(data ?? {})).toEqual(['stock', 'a', 'products', 'b']);
    expect(data?.['products']).toEqual([{ name: 'Hammer', rating: 1.5 }, { name: 'Saw', rating: 2.5 }]);
  });

  it('obeys @skip and @include', async () => {
    const query = 'query($with: Boolean!) { stock position @include(if: $with) ... @skip(if: $with) { reviewCount } }';
    expect(Object.keys((await shop.ask(query, { with: false })).data ?? {})).toEqual(['stock', 'reviewCount']);
    expect(shop.shop.calls).not.toContain('position');
    expect(Object.keys((await shop.ask(query, { with: true })).data ?? {})).toEqual(['stock', 'position']);
  });

  it('splits the arguments, the errors and the nulls as well', async () => {
    const { data, errors } = await shop.ask('query($id: ID!) { product(id: $id) { name } position broken __schema { queryType { name } } }', { id: '2' });
    expect(data).toEqual({ product: { name: 'Saw' }, position: 1, broken: null, __schema: { queryType: { name: 'Query' } } });
    expect(errors).toMatchObject([{ path: ['broken'] }]);
    expect((await shop.ask('{ position missing }')).data).toBeNull();
  });

  it('goes together with what a caller may not have', async () => {
    const issuer = await Issuer.make();
    const guarded = await RunningShop.start({ auth: issuer.auth });
    const { data } = await guarded.ask('{ stock vault { content } position }');
    expect(data).toEqual({ stock: 2, vault: null, position: 1 });
    await guarded.stop();
  });
});
