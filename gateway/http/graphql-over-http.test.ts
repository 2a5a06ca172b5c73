import { serverAudits } from 'graphql-http';
import { RunningShop } from '../testing/running-shop';

describe('GraphQL over HTTP', () => {
  let shop: RunningShop;
  beforeAll(async () => { shop = await RunningShop.start(); });
  afterAll(() => shop.stop());

  const ask = async (accept: string | undefined, body: object | string, init: RequestInit = {}) => {
    const headers = { 'content-type': 'application/json', ...(accept === undefined ? {} : { accept }) };
    const response = await fetch(shop.url, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body), ...init });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.json() as unknown };
  };
  const json = 'application/json; charset=utf-8';
  const graphql = 'application/graphql-response+json; charset=utf-8';

  // As any client of a server that prevents cross-site request forgery has to.
  const preflighted: typeof fetch = (url, init) => fetch(url, { ...init, headers: { ...init?.headers, 'apollo-require-preflight': 'true' } });
  it.each(serverAudits({ url: () => shop.url, fetchFn: preflighted }).map(({ name, fn }) => [name, fn] as const))('%s', async (_, audit) => {
    expect(await audit()).toMatchObject({ status: 'ok' });
  });

  it('is audited in full even by clients that send no more than they have to, where that is allowed', async () => {
    const open = await RunningShop.start({ csrfPrevention: false });
    const results = await Promise.all(serverAudits({ url: open.url }).map(({ fn }) => fn()));
    await open.stop();
    expect(results.length).toBeGreaterThan(50);
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
  });

  it.each([
    [undefined, json],
    ['*/*', json],
    ['application/*', json],
    ['application/json', json],
    ['application/JSON;charset=UTF-8', json],
    ['application/graphql-response+json', graphql],
    ['application/graphql-response+json, application/json;q=0.9', graphql],
    ['application/json, application/graphql-response+json', json],
    ['application/json;q=0.5, application/graphql-response+json;q=0.6', graphql],
    ['application/graphql-response+json;q=0, */*', json],
    ['application/json;q=0, */*', graphql],
    ['text/html, */*;q=0.1', json],
    ['application/graphql-response+json;q=nonsense', graphql],
    ['multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9', graphql],
  ])('answers a client that accepts %s in %s', async (accept, type) => {
    expect(await ask(accept, { query: '{ reviewCount }' })).toEqual({ status: 200, type, body: { data: { reviewCount: 1 } } });
  });

  it.each(['text/html', 'application/json;q=0', 'application/json; charset=utf-16', 'application/xml, text/*', ',', 'a'.repeat(5_000)])('tells a client that accepts %s before anything is done', async (accept) => {
    const before = shop.shop.total;
    expect(await ask(accept, { query: 'mutation { add(amount: 1) }' })).toMatchObject({ status: 406, type: json, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'accept' } }] } });
    expect(shop.shop.total).toBe(before);
  });

  it.each([
    ['a document that is none', { query: '{' }],
    ['an unknown field', { query: '{ nothing }' }],
    ['an unknown operation', { query: '{ stock }', operationName: 'Other' }],
    ['a variable of another type', { query: 'query($input: EchoInput!) { echo(input: $input) }', variables: { input: 1 } }],
    ['a number out of its range', { query: '{ product(id: "1") { copies(count: 9) } }' }],
  ])('tells %s by 400, or by 200 where application/json alone is asked for', async (_, body) => {
    const { status, body: told } = await ask('application/graphql-response+json', body);
    expect({ status, told }).toMatchObject({ status: 400, told: { errors: [expect.anything()] } });
    expect(told).not.toHaveProperty('data');
    expect(await ask('application/json', body)).toEqual({ status: 200, type: json, body: told });
    expect(await ask('*/*', body)).toEqual({ status: 400, type: json, body: told });
  });

  it('tells what was executed by 200, whatever became of it', async () => {
    for (const accept of ['application/graphql-response+json', 'application/json']) {
      expect(await ask(accept, { query: '{ broken reviewCount }' })).toMatchObject({ status: 200, body: { data: { broken: null, reviewCount: 1 }, errors: [expect.anything()] } });
      expect(await ask(accept, { query: '{ brokenForAll }' })).toMatchObject({ status: 200, body: { data: null, errors: [expect.anything()] } });
    }
    shop.log.length = 0;
  });

  it.each(['application/json', 'application/graphql-response+json', '*/*'])('tells a request that is none by 400 to whoever accepts %s', async (accept) => {
    expect((await ask(accept, '{"query":')).status).toBe(400);
    expect((await ask(accept, { query: 1 })).status).toBe(400);
    expect(await ask(accept, '[{"query":"{stock}"}]')).toMatchObject({ status: 400, body: { errors: [{ message: expect.stringContaining('batch') }] } });
  });

  it('asks by GET only for queries', async () => {
    const get = (query: string, method = 'GET') => preflighted(`${shop.url}?${new URLSearchParams({ query })}`, { method });
    for (const query of ['mutation { add(amount: 1) }', 'subscription { failsAfter(count: 1) }']) {
      const response = await get(query);
      expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
    }
    expect((await get('mutation { add(amount: 1) }', 'HEAD')).status).toBe(405);
    expect(shop.shop.total).toBe(0);
    expect(await (await get('{ reviewCount }')).json()).toEqual({ data: { reviewCount: 1 } });
  });

  it('answers HEAD as GET, without the answer', async () => {
    const response = await preflighted(`${shop.url}?query={reviewCount}`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '26', '']);
  });

  it('tells which methods there are', async () => {
    const [other, options] = await Promise.all(['PUT', 'OPTIONS'].map((method) => fetch(shop.url, { method })));
    expect([other?.status, other?.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
    expect([options?.status, options?.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS']);
  });

  it('takes GET\'s parameters as POST\'s', async () => {
    const get = async (parameters: Record<string, string>) => {
      const response = await preflighted(`${shop.url}?${new URLSearchParams(parameters)}`);
      return { status: response.status, ...await response.json() as object };
    };
    const query = 'query A($id: ID!) { product(id: $id) { name } } query B { reviewCount }';
    expect(await get({ query, operationName: 'A', variables: '{"id":"1"}', extensions: '{}' })).toEqual({ status: 200, data: { product: { name: 'Hammer' } } });
    expect(await get({ query, operationName: 'B' })).toEqual({ status: 200, data: { reviewCount: 1 } });
    expect(await get({ query, variables: '[]' })).toMatchObject({ status: 400, errors: [{ extensions: { field: 'variables' } }] });
    expect(await get({})).toMatchObject({ status: 400, errors: [{ extensions: { field: 'query' } }] });
    const twice = await preflighted(`${shop.url}?query={stock}&query={reviewCount}`);
    expect([twice.status, await twice.json()]).toMatchObject([400, { errors: [{ extensions: { field: 'query' } }] }]);
  });

  it('makes nothing else of its answers, and lets nobody keep them', async () => {
    const { headers } = await shop.ask('{ reviewCount }');
    expect(Object.fromEntries(headers)).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'vary': 'origin, accept, accept-encoding' });
  });

  it.each(['a1', '7f0e-11/x.y:z+_=@', 'x'.repeat(128)])('calls a request as its client does: %s', async (id) => {
    const { headers } = await shop.ask('{ reviewCount }', {}, { 'x-request-id': id });
    expect(headers.get('x-request-id')).toBe(id);
  });

  it.each(['', 'a b', '<script>', 'x'.repeat(129), 'é'])('leaves a name aside that is none: %j', async (id) => {
    const { headers } = await shop.ask('{ reviewCount }', {}, { 'x-request-id': id });
    expect(headers.has('x-request-id')).toBe(false);
  });
});
