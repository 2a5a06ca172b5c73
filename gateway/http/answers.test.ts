import { request as httpRequest } from 'node:http';
import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { RawConnection } from '../testing/raw-connection';
import { RunningShop } from '../testing/running-shop';
import { Issuer } from '../testing/tokens';

describe('an answer', () => {
  let shop: RunningShop;
  beforeAll(async () => { shop = await RunningShop.start({ limits: { maxBodyBytes: 20_000, maxSignedBodyBytes: 40_000 } }); });
  afterAll(() => shop.stop());

  const long = { query: 'query($input: EchoInput!) { echo(input: $input) }', variables: { input: { text: 'é'.repeat(2_000) } } };
  /** `fetch` would unpack. */
  const raw = (acceptEncoding: string | undefined, body: object) => new Promise<{ encoding: string | undefined; length: number; bytes: Buffer }>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }) };
    httpRequest(shop.url, { method: 'POST', headers }, (response) => {
      response.toArray().then((chunks: Buffer[]) => resolve({ encoding: response.headers['content-encoding'], length: Number(response.headers['content-length']), bytes: Buffer.concat(chunks) }), reject);
    }).on('error', reject).end(JSON.stringify(body));
  });

  describe('to a large body', () => {
    let issuer: Issuer;
    let signed: RunningShop;
    beforeAll(async () => {
      issuer = await Issuer.make();
      signed = await RunningShop.start({ auth: issuer.auth, limits: { maxBodyBytes: 20_000, maxSignedBodyBytes: 40_000 } });
    });
    afterAll(() => signed.stop());
    const send = async (bytes: number, headers: Record<string, string>): Promise<number> =>
      (await fetch(signed.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query: `{ reviewCount } #${'x'.repeat(bytes)}` }) })).status;
    /** A request whose body never comes. */
    const refusal = async (headers: Record<string, string>): Promise<number | undefined> => {
      const connection = await RawConnection.open(signed.url);
      const sent = Object.entries({ 'host': 'localhost', 'content-type': 'application/json', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('');
      await connection.write(`POST /graphql HTTP/1.1\r\n${sent}\r\n`);
      await connection.until(/\r\n\r\n/);
      connection.destroy();
      return connection.statuses[0];
    };

    it('takes more bytes with a token that was verified, and uncompressed', async () => {
      const bearer = await issuer.bearer();
      expect(await send(30_000, {})).toBe(413);
      expect(await send(30_000, bearer)).toBe(200);
      expect(await send(50_000, bearer)).toBe(413);
      expect(await send(30_000, { ...bearer, 'content-encoding': 'identity' })).toBe(413);
    });

    it.each([['a length', { 'content-length': '30000' }], ['no length', { 'transfer-encoding': 'chunked' }]])('refuses a token before it reads a body of %s', async (_, length) => {
      expect(await refusal({ ...length, authorization: 'Bearer x' })).toBe(401);
      expect(await refusal({ ...length, authorization: 'Basic YTpi' })).toBe(401);
      expect(await refusal({ ...length, ...await issuer.bearer({ expires: 1 }) })).toBe(401);
    });

    it('takes no more bytes with an empty authorization header', async () => {
      expect(await refusal({ 'content-length': '30000', 'authorization': '' })).toBe(413);
    });

    it('takes more bytes with any token where tokens are not checked', async () => {
      expect((await shop.post(JSON.stringify({ query: `{ reviewCount } #${'x'.repeat(30_000)}` }), { authorization: 'Bearer x' })).status).toBe(200);
    });
  });

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['zstd', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0, gzip;q=0', undefined],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['gzip;q=0.5, identity', undefined],
  ])('of some length to a client that accepts %s comes as %s', async (accepted, encoding) => {
    const answer = await raw(accepted, long);
    expect([answer.encoding, answer.length]).toEqual([encoding, answer.bytes.length]);
    const text = encoding === 'br' ? brotliDecompressSync(answer.bytes) : encoding === 'gzip' ? gunzipSync(answer.bytes) : answer.bytes;
    expect(JSON.parse(String(text))).toEqual({ data: { echo: JSON.stringify({ text: long.variables.input.text, times: 1 }) } });
    if (encoding) expect(answer.length).toBeLessThan(500);
  });

  it('that is short comes as it is', async () => {
    expect((await raw('gzip', { query: '{ reviewCount }' })).encoding).toBeUndefined();
  });

  it('comes as it is where that is asked for', async () => {
    const plain = await RunningShop.start({ compression: false });
    const answer = await plain.post(JSON.stringify(long), { 'accept-encoding': 'gzip' });
    expect([answer.headers.has('content-encoding'), answer.status]).toEqual([false, 200]);
    await plain.stop();
  });

  const packed = async (encoding: string, body: Buffer) => {
    const response = await fetch(shop.url, { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': encoding }, body: new Uint8Array(body) });
    return { status: response.status, ...await response.json() as { data?: unknown; errors?: { message: string }[] } };
  };

  it.each([['gzip', gzipSync], ['x-gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync]] as const)('is given to a request in %s, as long as that unpacks to no more than it may', async (encoding, pack) => {
    expect(await packed(encoding, pack('{"query":"{ reviewCount }"}'))).toEqual({ status: 200, data: { reviewCount: 1 } });
    expect(await packed(encoding, pack(JSON.stringify({ query: `{ reviewCount } #${'x'.repeat(20_000)}` })))).toMatchObject({ status: 413 });
    expect(await packed(encoding, pack(Buffer.alloc(10_000_000)))).toMatchObject({ status: 413 });
    expect(await packed(encoding, Buffer.from('{"query":"{ reviewCount }"}'))).toMatchObject({ status: 415 });
    expect(await packed(encoding, pack('{"query":"{ reviewCount }"}').subarray(0, -9))).toMatchObject({ status: 415 });
    expect(await packed(encoding, pack('{"query":'))).toMatchObject({ status: 400 });
  });

  it.each(['zstd', 'gzip, gzip', 'constructor'])('is given to no request in %s', async (encoding) => {
    expect(await packed(encoding, Buffer.from('{}'))).toMatchObject({ status: 415, errors: [{ message: `The content-encoding "${encoding}" is not supported` }] });
  });
});

describe('a client', () => {
  let shop: RunningShop;
  beforeEach(async () => { shop = await RunningShop.start(); });
  afterEach(() => shop.stop());

  const leave = async (query: string) => {
    const connection = await RawConnection.open(shop.url);
    await connection.post(JSON.stringify({ query }));
    await shop.until(() => shop.sent.length === 1);
    connection.destroy();
    await connection.closed;
    return shop.sent[0]?.signal;
  };

  it('that goes away takes its query along', async () => {
    const signal = await leave('{ slow }');
    await shop.until(() => signal?.aborted === true);
    expect(shop.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    shop.shop.gate.resolve(undefined);
  });

  it('that goes away leaves its mutation to be carried out', async () => {
    expect(await leave('mutation { slowly }')).toBeUndefined();
    shop.shop.gate.resolve(undefined);
  });

  it('that stays may ask again on its connection, and loses nothing by what was answered', async () => {
    const connection = await RawConnection.open(shop.url);
    for (const answered of [1, 2, 3]) {
      await connection.post('{"query":"{ stock }"}');
      await connection.until((received) => received.split('"stock"').length === answered + 1);
    }
    expect(connection.statuses).toEqual([200, 200, 200]);
    expect(shop.sent.map(({ signal }) => signal?.aborted)).toEqual([false, false, false]);
    connection.destroy();
  });

  it('that says what it needs to is answered by GET; one that a page elsewhere could have sent is not', async () => {
    const { origin, host } = new URL(shop.url);
    const get = async (headers: Record<string, string>) => {
      const connection = await RawConnection.open(shop.url);
      const lines = Object.entries({ host, connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('');
      await connection.write(`GET /graphql?query={reviewCount} HTTP/1.1\r\n${lines}\r\n`);
      await connection.closed;
      return connection.statuses[0];
    };
    const trusted: Record<string, string>[] = [
      { 'apollo-require-preflight': 'true' }, { 'x-apollo-operation-name': 'A' }, { 'content-type': 'application/json' },
      { 'sec-fetch-site': 'same-origin' }, { origin }, { origin: 'https://studio.apollographql.com' },
      { authorization: 'Bearer a.b.c' }, { authorization: 'token a', accept: 'application/json' }, { 'graphql-require-preflight': '1' }, { 'x-graphql-yoga-csrf': '1' },
      { 'apollographql-client-name': 'web' },
    ];
    for (const headers of trusted) expect({ headers, status: await get(headers) }).toEqual({ headers, status: 200 });
    const doubtful: Record<string, string>[] = [
      {}, { 'apollo-require-preflight': '' }, { 'content-type': 'text/plain' }, { 'content-type': 'TEXT/plain; charset=utf-8' }, { 'content-type': 'multipart/form-data; boundary=a' },
      { 'content-type': 'application/x-www-form-urlencoded' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' },
      { accept: 'application/json' }, { cookie: 'a=b' }, { authorization: '' }, { authorization: 'Basic YTpi' }, { authorization: ' NEGOTIATE a' }, { 'x-requested-with': 'com.example.app' },
      { 'x-forwarded-for': '10.0.0.1' },
    ];
    for (const headers of doubtful) expect({ headers, status: await get(headers) }).toEqual({ headers, status: 400 });
  });

  it('that is a page sees what it may of the answer, also of a refusal, if its origin is listed', async () => {
    const headersOf = async (origin: string, body: string) => {
      const { headers } = await shop.post(body, { origin });
      return ['access-control-allow-origin', 'access-control-expose-headers', 'access-control-allow-credentials'].map((name) => headers.get(name));
    };
    for (const body of ['{"query":"{ reviewCount }"}', '{']) {
      expect(await headersOf('https://studio.apollographql.com', body)).toEqual(['https://studio.apollographql.com', 'x-request-id, retry-after', null]);
      expect(await headersOf('https://studio.apollographql.com.evil.example', body)).toEqual([null, null, null]);
    }
  });

  it.each([['without plugins', []], ['with plugins', [{}]]])('that names its request finds errors of its subgraphs under that name, %s', async (_, plugins) => {
    const named = await RunningShop.start({}, { plugins });
    const { errors } = await named.ask('{ broken }', {}, { 'x-request-id': 'mine' });
    expect(errors).toMatchObject([{ path: ['broken'], extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'mine' } }]);
    expect(named.log.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { requestId: 'mine', path: ['broken'] } }]);
    await named.stop();
  });

  it('that is too fast is told when to come back', async () => {
    const limited = await RunningShop.start({ rateLimit: { perSecond: 0.1, burst: 1 } });
    expect((await limited.ask('{ reviewCount }')).status).toBe(200);
    const { status, headers, errors } = await limited.ask('{ reviewCount }');
    expect({ status, retryAfter: headers.get('retry-after'), code: errors?.[0]?.extensions?.['code'] }).toEqual({ status: 429, retryAfter: '10', code: 'RATE_LIMITED' });
    await limited.stop();
  });

  it('that asks while the gateway stops is answered, and told to leave', async () => {
    const connection = await RawConnection.open(shop.url);
    await connection.post('{"query":"{ slow }"}');
    await shop.until(() => shop.shop.calls.length === 1);
    const stopping = shop.drain(5_000);
    await connection.post('{"query":"{ reviewCount }"}');
    shop.shop.gate.resolve(undefined);
    await connection.closed;
    await stopping;
    expect(connection.received).toContain('{"data":{"slow":"done"}}');
  });
});
