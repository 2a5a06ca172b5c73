import { Issuer } from '../testing/tokens';
import { RunningShop } from '../testing/running-shop';

const query = '{ products { name } }';

describe('An identity that asks for too much', () => {
  let issuer: Issuer;
  let shop: RunningShop;
  let time: number;
  beforeAll(async () => { issuer = await Issuer.make(); });
  beforeEach(() => { time = Date.now(); });
  afterEach(() => shop.stop());
  const now = () => time;

  it('is told when to come back, and may then; others wait for nobody', async () => {
    shop = await RunningShop.start({ auth: issuer.auth, rateLimit: { perSecond: 0.5, burst: 2, by: 'operation' } }, { now });
    const ada = await issuer.bearer();
    expect(await shop.ask(query, {}, ada)).toMatchObject({ status: 200 });
    // Another token of hers is still her; what is wrong counts as well.
    expect(await shop.ask('{', {}, await issuer.bearer({ scope: 'a' }))).toMatchObject({ status: 400 });
    const refused = await shop.ask(query, {}, ada);
    expect(refused).toMatchObject({ status: 429, errors: [{ message: 'Too many operations: try again in 2000 ms', extensions: { code: 'RATE_LIMITED', retryAfterMs: 2_000 } }] });
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await shop.ask(query)).toMatchObject({ status: 200 });
    time += 2_000;
    expect(await shop.ask(query, {}, ada)).toMatchObject({ status: 200 });
  });

  it('is the same on sockets, and one subject with them', async () => {
    shop = await RunningShop.start({ auth: issuer.auth, rateLimit: { perSecond: 1, burst: 2, by: 'operation' } }, { now });
    const bearer = await issuer.bearer();
    const client = shop.client(bearer);
    expect((await client.iterate({ query }).next()).value).toMatchObject({ data: { products: [{ name: 'Hammer' }, { name: 'Saw' }] } });
    expect(await shop.ask(query, {}, bearer)).toMatchObject({ status: 200 });
    await expect(client.iterate({ query }).next()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_000 } }]);
  });

  it('is charged for refused tokens by its address, and valid tokens of that address are not', async () => {
    shop = await RunningShop.start({ auth: issuer.auth, rateLimit: { perSecond: 100, burst: 300 } }, { now });
    const bad = { authorization: 'Bearer a.b.c' };
    for (let count = 0; count < 3; count += 1) expect(await shop.ask(query, {}, bad)).toMatchObject({ status: 401 });
    const refused = await shop.ask(query, {}, bad);
    expect(refused).toMatchObject({ status: 429, errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_000 } }] });
    expect(refused.headers.get('retry-after')).toBe('1');
    const closed = Promise.withResolvers<{ code: number }>();
    shop.client({ authorization: bad.authorization }, closed.resolve);
    expect(await closed.promise).toMatchObject({ code: 1013 });
    expect(await shop.ask(query, {}, await issuer.bearer())).toMatchObject({ status: 200 });
    time += 1_000;
    expect(await shop.ask(query, {}, bad)).toMatchObject({ status: 401 });
  });

  it('pays for many root fields as for many operations, and nothing for what is refused for its cost', async () => {
    shop = await RunningShop.start({ rateLimit: { perSecond: 1, burst: 45 }, limits: { maxCost: 60 } }, { now });
    const many = (count: number) => `{ ${Array.from({ length: count }, (_, index) => `a${index}: products { name }`).join(' ')} }`;
    expect(await shop.ask(many(10))).toMatchObject({ status: 400, errors: [{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated: 100, max: 60 } } }] });
    expect(await shop.ask(many(4))).toMatchObject({ status: 200 });
    expect(await shop.ask(many(4))).toMatchObject({ status: 429 });
  });

  it('pays by what its operations cost', async () => {
    shop = await RunningShop.start({ rateLimit: { perSecond: 1, burst: 15 } }, { now });
    expect(await shop.ask(query)).toMatchObject({ status: 200 });
    expect(await shop.ask('{ stock }')).toMatchObject({ status: 200 });
    expect(await shop.ask(query)).toMatchObject({ status: 429, errors: [{ extensions: { retryAfterMs: 6_000 } }] });
  });

  it('is refused an operation that costs more than any may', async () => {
    shop = await RunningShop.start({ limits: { maxCost: 10 } });
    expect(await shop.ask(query)).toMatchObject({ status: 200 });
    const refused = await shop.ask('{ products { name } cheapest { __typename } ... on Query { position } }');
    expect(refused).toMatchObject({ status: 400, errors: [{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated: 11, max: 10 } } }] });
    expect(refused.data).toBeUndefined();
    expect(shop.shop.calls).toEqual(['products']);
    await expect(shop.client().iterate({ query: '{ catalogue { __typename } tool { id } }' }).next()).rejects.toMatchObject([{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE' } }]);
  });
});

it('A rate limit that would let nobody in is refused at the start', async () => {
  await expect(RunningShop.start({ rateLimit: { perSecond: 0, burst: 1 } })).rejects.toThrow(RangeError);
});

it('A token that was revoked counts no more, from one request to the next', async () => {
  const issuer = await Issuer.make();
  const revoked = new Set<unknown>();
  const shop = await RunningShop.start({ auth: issuer.auth }, { isRevoked: ({ sub }) => revoked.has(sub) });
  const bearer = await issuer.bearer();
  expect(await shop.ask(query, {}, bearer)).toMatchObject({ status: 200 });
  revoked.add('ada');
  expect(await shop.ask(query, {}, bearer)).toMatchObject({ status: 401, errors: [{ message: 'The token was revoked' }] });
  expect(await shop.ask(query)).toMatchObject({ status: 200 });
  await shop.stop();
});
