import { GraphQLError } from 'graphql';
import { RunningShop } from '../testing/running-shop';
import { SubgraphUnreachable } from '../transport/subgraph-transport';
import type { SubgraphResult } from '../transport/subgraph-transport';

describe('errors', () => {
  let shop: RunningShop;
  beforeAll(async () => { shop = await RunningShop.start(); });
  beforeEach(() => { shop.log.length = 0; });
  afterAll(() => shop.stop());

  it('of a subgraph keep their code and what belongs to it, and the path of the client; no stack gets out', async () => {
    const { data, errors } = await shop.ask('{ it: brokenForAll }');
    expect(data).toBeNull();
    expect(errors).toEqual([{ message: 'Out of stock', path: ['it'], extensions: { code: 'NOT_FOUND', field: 'id' } }]);
  });

  it('of an entity are told at its place in the answer', async () => {
    const { errors } = await shop.ask('{ them: products { id o: opinion } }');
    expect(errors).toEqual([0, 1].map((index) => ({ message: 'No opinion', path: ['them', index, 'o'], extensions: { code: 'NOT_FOUND' } })));
  });

  it('without a code are masked, and logged under the id that the client gets', async () => {
    const { status, data, errors } = await shop.ask('{ broken reviewCount }');
    expect({ status, data }).toEqual({ status: 200, data: { broken: null, reviewCount: 1 } });
    expect(errors).toEqual([{ message: 'Internal server error', path: ['broken'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) } }]);
    expect(shop.log).toMatchObject([{ level: 'error', fields: { requestId: errors?.[0]?.extensions?.['requestId'], err: { message: expect.stringContaining('1234') } } }]);
  });

  it('tell of a null that may not be', async () => {
    const { data, errors } = await shop.ask('{ missing }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['missing'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  });

  it('tell of it also when the subgraph itself did not', async () => {
    const careless = await RunningShop.start({}, {
      transport: () => ({
        execute: () => Promise.resolve({ data: { products: [{ id: '1', name: null }] } }),
        subscribe: () => { throw new Error('Not asked here'); },
        stop: () => Promise.resolve(),
      }),
    });
    expect(await careless.ask('{ products { id name } }')).toMatchObject({ data: null, errors: [{ path: ['products', 0, 'name'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    await careless.stop();
  });

  it('say nothing of an entity that its owner says is gone: it is null, as far up as it has to be', async () => {
    const hammer = { __typename: 'Product', id: '1', name: 'Hammer' };
    const gone = await RunningShop.start({}, {
      transport: ({ name }) => ({
        execute: ({ operation: { query } }) => Promise.resolve({ data: name === 'reviews' ? { _entities: [null] } : query.includes('products') ? { products: [hammer] } : { product: hammer } }),
        subscribe: () => { throw new Error('Not asked here'); },
        stop: () => Promise.resolve(),
      }),
    });
    expect(await gone.ask('{ product(id: "1") { name rating } }')).toMatchObject({ data: { product: { name: 'Hammer', rating: null } } });
    const answer = await gone.ask('{ it: product(id: "1") { name opinion } }');
    expect(answer.data).toEqual({ it: null });
    expect(answer.errors).toBeUndefined();
    // Where nothing can be null, the whole answer is, and that has a reason.
    expect(await gone.ask('{ products { name opinion } }')).toMatchObject({ data: null, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    await gone.stop();
  });

  describe('of an answer that the subgraph gave for', () => {
    let result: SubgraphResult = {};
    let answering: RunningShop;
    beforeAll(async () => {
      answering = await RunningShop.start({}, {
        transport: () => ({
          execute: () => Promise.resolve(result),
          subscribe: () => { throw new Error('Not asked here'); },
          stop: () => Promise.resolve(),
        }),
      });
    });
    beforeEach(() => { answering.log.length = 0; });
    afterAll(() => answering.stop());
    const told = (...path: (string | number)[]) => ({ message: 'Gone', path, extensions: { code: 'NOT_FOUND' } });
    const failed = (...path: (string | number)[]) => new GraphQLError('Gone', { path, extensions: { code: 'NOT_FOUND' } });

    it.each<[string, (string | number)[], (string | number)[]]>([
      ['a key that the client did not ask for are told at what it took with it', ['it', 'id'], ['it']],
      ['a place below a null are told at the null', ['it', 0, 1, 'nothing'], ['it']],
    ])('%s', async (_, path, place) => {
      result = { data: { it: null }, errors: [failed(...path)] };
      expect(await answering.ask('{ it: product(id: "1") { name } }')).toMatchObject({ data: { it: null }, errors: [told(...place)] });
    });

    it('what the client neither asked for nor misses are not told', async () => {
      result = { data: { it: { __typename: 'Product', id: '1', name: 'Hammer' } }, errors: [failed('it', 'price')] };
      const { data, errors } = await answering.ask('{ it: product(id: "1") { name } }');
      expect({ data, errors }).toEqual({ data: { it: { name: 'Hammer' } }, errors: undefined });
    });

    it('one root field are not told of those that it took with it', async () => {
      result = { data: null, errors: [failed('it')] };
      const { data, errors } = await answering.ask('{ products { name } it: missing }');
      expect({ data, errors }).toEqual({ data: null, errors: [told('it')] });
    });

    it('100,000 places are 1,000, of which the log has the first ten and the number of the others', async () => {
      result = { data: null, errors: new Array<GraphQLError>(100_000).fill(new GraphQLError('Secret', { path: ['missing'] })) };
      const { errors } = await answering.ask('{ missing }');
      expect(errors).toHaveLength(1_000);
      expect(new Set(errors?.map(({ message }) => message))).toEqual(new Set(['Internal server error']));
      expect(answering.log).toHaveLength(11);
      expect(answering.log.at(-1)).toMatchObject({ level: 'error', fields: { notLogged: 990, requestId: errors?.[0]?.extensions?.['requestId'] } });
    });
  });

  it('of one event are told with it, and the subscription goes on', async () => {
    const results = shop.client().iterate({ query: 'subscription { countdown(from: 2) }' });
    expect((await results.next()).value).toEqual({ data: { countdown: 2 } });
    expect((await results.next()).value).toEqual({ data: { countdown: null }, errors: [{ message: 'Not one', path: ['countdown'], extensions: { code: 'NOT_FOUND' } }] });
    expect((await results.next()).value).toEqual({ data: { countdown: 0 } });
    expect(await results.next()).toMatchObject({ done: true });
  });

  describe('masked as configured', () => {
    const requestId = expect.any(String);
    const masked = (code: string, path?: readonly string[]) => ({ message: 'Internal server error', ...(path && { path }), extensions: { code, requestId } });

    it('are all masked that subgraphs tell of, but for their codes', async () => {
      const closed = await RunningShop.start({ errors: { mask: 'all' } });
      expect((await closed.ask('{ it: brokenForAll }')).errors).toEqual([masked('NOT_FOUND', ['it'])]);
      expect((await closed.ask('{ broken }')).errors).toEqual([masked('INTERNAL_SERVER_ERROR', ['broken'])]);
      expect(closed.log).toMatchObject([{ level: 'info', fields: { err: { message: 'Out of stock' } } }, { level: 'error' }]);
      expect((await closed.ask('{ nothing }')).errors).toMatchObject([{ message: expect.stringContaining('nothing'), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
      const events = closed.client().iterate({ query: 'subscription { countdown(from: 1) }' });
      expect((await events.next()).value).toEqual({ data: { countdown: null }, errors: [masked('NOT_FOUND', ['countdown'])] });
      await expect(closed.client().iterate({ query: 'subscription { refusedAtOnce }' }).next()).rejects.toEqual([masked('CURSOR_EXPIRED', ['refusedAtOnce'])]);
      await closed.stop();
    });

    it('are told as subgraphs gave them, without what is hidden, and logged all the same', async () => {
      const open = await RunningShop.start({ errors: { mask: 'none', hiddenExtensions: ['field'] } });
      const { errors } = await open.ask('{ broken }');
      expect(errors).toEqual([{ message: 'password of the database is 1234', path: ['broken'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }]);
      expect(open.log).toMatchObject([{ level: 'error', fields: { requestId: errors?.[0]?.extensions?.['requestId'] } }]);
      expect((await open.ask('{ brokenForAll }')).errors).toEqual([{ message: 'Out of stock', path: ['brokenForAll'], extensions: { code: 'NOT_FOUND' } }]);
      await open.stop();
    });
  });

  it('say UNAVAILABLE for a subgraph that cannot be reached, and keep what the others know', async () => {
    const gone = await RunningShop.start({}, {
      transport: ({ name }) => ({
        execute: () => (name === 'products' ? Promise.resolve({ data: { products: [{ __typename: 'Product', id: '1', name: 'Hammer' }] } }) : Promise.reject(new SubgraphUnreachable(name, new Error('ECONNREFUSED 10.0.0.7')))),
        subscribe: () => { throw new SubgraphUnreachable(name, new Error('ECONNREFUSED 10.0.0.7')); },
        stop: () => Promise.resolve(),
      }),
    });
    expect(await gone.ask('{ products { name rating } }')).toMatchObject({
      status: 200,
      data: { products: [{ name: 'Hammer', rating: null }] },
      errors: [{ message: 'The subgraph "reviews" can\'t be reached', path: ['products'], extensions: { code: 'UNAVAILABLE' } }],
    });
    await expect(gone.client().iterate({ query: 'subscription { failsAfter(count: 1) }' }).next()).rejects.toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    await gone.stop();
  });
});
