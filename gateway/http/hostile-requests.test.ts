import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { RawConnection } from '../testing/raw-connection';
import { RunningShop } from '../testing/running-shop';

describe('a request that means no good', () => {
  let shop: RunningShop;
  const connections: RawConnection[] = [];
  beforeAll(async () => { shop = await RunningShop.start({ limits: { maxBodyBytes: 20_000, headersTimeoutMs: 150, requestTimeoutMs: 300 } }); });
  afterAll(() => shop.stop());
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.destroy();
    // Whatever came, nothing was logged as a failure of ours, and the gateway lives.
    expect(shop.log.filter(({ level }) => level === 'error')).toEqual([]);
    expect((await shop.ask('{ reviewCount }')).data).toEqual({ reviewCount: 1 });
  });

  const open = async () => {
    const connection = await RawConnection.open(shop.url);
    connections.push(connection);
    return connection;
  };
  const query = '{"query":"{ reviewCount }"}';
  const field = (name: string) => ({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT', field: name } }] });

  it('is refused with 413 when a body of few bytes unpacks to more than 20,000 JSON values', async () => {
    const roomy = await RunningShop.start();
    const body = gzipSync(JSON.stringify({ query: '{ reviewCount }', variables: { list: Array.from({ length: 20_000 }, () => ({})) } }));
    const response = await fetch(roomy.url, { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body });
    expect({ status: response.status, ...await response.json() as object }).toMatchObject({
      status: 413, errors: [{ message: 'The body has more than 20000 JSON values', extensions: { code: 'BAD_USER_INPUT', field: 'body' } }],
    });
    await roomy.stop();
  });

  it.each([
    ['headers that never end', 'POST /graphql HTTP/1.1\r\nhost: localhost\r\nx: '],
    ['a body that never comes', 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n'],
    ['a body that is shorter than it says', `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n${query}`],
    ['chunks that never end', 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"que\r\n'],
  ])('by %s is told so by 408, and its connection is closed', async (_, text) => {
    const connection = await open();
    await connection.write(text);
    await connection.closed;
    expect(connection.statuses).toEqual([408]);
  });

  it('by sending headers byte by byte gets no more time than others, and less than for a body', async () => {
    const patient = await RunningShop.start({ limits: { headersTimeoutMs: 150, requestTimeoutMs: 60_000 } });
    const connection = await RawConnection.open(patient.url);
    await connection.write('POST /graphql HTTP/1.1\r\n');
    const dripping = setInterval(() => void connection.write('x: y\r\n'), 20);
    await connection.closed;
    clearInterval(dripping);
    expect(connection.statuses).toEqual([408]);
    await patient.stop();
  });

  it.each([
    ['a body that is longer than it says', async (connection: RawConnection) => connection.post(query, { 'content-length': 10 }), [400]],
    ['two lengths', async (connection: RawConnection) => connection.write(`POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n${query}`), [400]],
    ['a length and chunks (request smuggling)', async (connection: RawConnection) => connection.post(query, { 'transfer-encoding': 'chunked' }), [400]],
    ['a negative length', async (connection: RawConnection) => connection.post(query, { 'content-length': -1 }), [400]],
    ['a chunk of no size', async (connection: RawConnection) => connection.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n'), [400]],
    ['no host', async (connection: RawConnection) => connection.write('GET /graphql HTTP/1.1\r\n\r\n'), [400]],
    ['headers of 64 KB', async (connection: RawConnection) => connection.write(`GET /graphql HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(64 * 1024)}\r\n\r\n`), [431]],
    ['an address of 64 KB', async (connection: RawConnection) => connection.write(`GET /graphql?query=${'x'.repeat(64 * 1024)} HTTP/1.1\r\nhost: localhost\r\n\r\n`), [431]],
    ['10,000 headers', async (connection: RawConnection) => connection.write(`GET /graphql HTTP/1.1\r\nhost: localhost\r\n${'x: y\r\n'.repeat(10_000)}\r\n`), [431]],
  ])('by %s is refused, and its connection closed', async (_, send, statuses) => {
    const connection = await open();
    await send(connection);
    await connection.closed;
    expect(connection.statuses).toEqual(statuses);
  });

  it('by nonsense behind an answered request gets its refusal behind the answer', async () => {
    const connection = await open();
    await connection.post(query);
    await connection.until(/reviewCount/);
    await connection.write('nonsense\r\n\r\n');
    await connection.closed;
    expect(connection.statuses).toEqual([200, 400]);
  });

  it('by many requests at once on one connection has them all answered, in turn', async () => {
    const connection = await open();
    const one = `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${query.length}\r\n\r\n${query}`;
    await connection.write(one.repeat(50));
    await connection.until((received) => received.split('reviewCount').length === 51);
    expect(connection.statuses).toEqual(Array(50).fill(200));
  });

  it('by a body without end is told so at the bound, and nothing more of it is kept', async () => {
    const connection = await open();
    await connection.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
    for (let sent = 0; sent < 6; sent += 1) await connection.write(chunk);
    await connection.until(/field":"body"/);
    expect(connection.statuses).toEqual([413]);
  });

  it('by the announcement of a long body is refused before it comes', async () => {
    const connection = await open();
    await connection.post('', { 'content-length': 20_001 });
    await connection.until(/larger than 20000 bytes/);
    expect(connection.statuses).toEqual([413]);
  });

  it.each(['h2c', 'TLS/1.0, HTTP/2.0'])('by offering to go on in %s is answered in the protocol that it came in', async (protocol) => {
    const connection = await open();
    await connection.post(query, { connection: 'Upgrade, HTTP2-Settings', upgrade: protocol, 'http2-settings': 'AAMAAABkAAQBAAAA' });
    await connection.until(/"reviewCount":1/);
    expect(connection.statuses).toEqual([200]);
  });

  it('by an address with a host in it is answered as by one without', async () => {
    const connection = await open();
    await connection.write(`GET http://localhost/graphql?query=${encodeURIComponent('{ reviewCount }')} HTTP/1.1\r\nhost: localhost\r\napollo-require-preflight: 1\r\n\r\n`);
    await connection.until(/"reviewCount":1/);
    expect(connection.statuses).toEqual([200]);
  });

  it('by leaving in the middle of its body is forgotten', async () => {
    const connection = await open();
    await connection.post(query, { 'content-length': 1_000 });
    connection.destroy();
    await connection.closed;
  });

  it.each<[string, Buffer]>([
    ['an overlong byte sequence', Buffer.from([0xc0, 0xaf])],
    ['a lone continuation byte', Buffer.from([0x80])],
    ['half a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ['an end in the middle of a character', Buffer.from([0xf0, 0x9f])],
  ])('by %s is no UTF-8', async (_, bytes) => {
    const connection = await open();
    await connection.post(Buffer.concat([Buffer.from('{"query":"{ reviewCount }","operationName":"'), bytes, Buffer.from('"}')]));
    await connection.until(/The body is not UTF-8/);
    expect(connection.statuses).toEqual([400]);
  });

  it('by characters cut in two by packets is read as it was meant', async () => {
    const body = Buffer.from(JSON.stringify({ query: '{ echo(input: { text: "🏊é" }) }' }));
    const connection = await open();
    await connection.post(body.subarray(0, 0), { 'content-length': body.length });
    for (const byte of body) await connection.write(Buffer.from([byte]));
    await connection.until(/🏊é/);
  });

  it.each(['utf-16', 'iso-8859-1', 'utf-7'])('in %s is refused', async (charset) => {
    expect(await shop.post(query, { 'content-type': `application/json; charset=${charset}` })).toMatchObject({ status: 415 });
  });

  it('by a key that is given twice means the last', async () => {
    expect((await shop.post('{"query":"{ stock }","query":"{ reviewCount }"}')).data).toEqual({ reviewCount: 1 });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('by the key %s gets nowhere', async (key) => {
    const hostile = `{"${key}":{"query":"{ stock }","text":"b","times":9}`;
    expect(await shop.post(`${hostile}}`)).toMatchObject(field('query'));
    expect((await shop.post(`${hostile},"query":"{ reviewCount }"}`)).data).toEqual({ reviewCount: 1 });
    const echo = '"query":"query($input: EchoInput!) { echo(input: $input) }"';
    expect(await shop.post(`{${echo},"variables":${hostile}}}`)).toMatchObject(field('input'));
    expect(await shop.post(`{${echo},"variables":{"input":${hostile}}}}`)).toMatchObject({ status: 400, errors: [expect.anything(), expect.anything()] });
    expect((await shop.post(`{${echo},"variables":{"input":{"text":"a"},"${key}":{"text":"b"}}}`)).data).toEqual({ echo: '{"text":"a","times":1}' });
    expect(({} as { text?: string }).text).toBeUndefined();
  });

  it.each([
    ['arrays', '['.repeat(9_000) + ']'.repeat(9_000)],
    ['objects', '{"a":'.repeat(3_000) + '1' + '}'.repeat(3_000)],
  ])('by thousands of levels of %s is answered wherever they stand', async (_, deep) => {
    expect(await shop.post(deep)).toMatchObject({ status: 400 });
    expect(await shop.post(`{"query":${deep}}`)).toMatchObject(field('query'));
    expect((await shop.post(`{"query":"{ reviewCount }","extensions":{"a":${deep}}}`)).data).toEqual({ reviewCount: 1 });
    expect((await shop.post(`{"query":"{ reviewCount }","variables":{"a":${deep}}}`)).data).toEqual({ reviewCount: 1 });
    expect(await shop.post(`{"query":"{ reviewCount }","operationName":${deep}}`)).toMatchObject(field('operationName'));
  });

  it('by a few bytes that unpack to a gigabyte is refused at the bound', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '), { level: 9 });
    const connection = await open();
    // What unpacks to much need not announce much: many members, each of them a bomb.
    await connection.post(bomb.subarray(0, 19_000), { 'content-encoding': 'gzip' });
    await connection.until(/larger than 20000 bytes/);
    expect(connection.statuses).toEqual([413]);
  });

  it('has more connections closed than there may be, and says so once', async () => {
    const small = await RunningShop.start({ limits: { maxConnections: 2 } });
    const [first, second] = [await RawConnection.open(small.url), await RawConnection.open(small.url)];
    await (await RawConnection.open(small.url)).closed;
    await (await RawConnection.open(small.url)).closed;
    expect(small.log.filter(({ message }) => message.includes('Too many connections'))).toMatchObject([{ level: 'warn', fields: { maxConnections: 2 } }]);
    await first.post(query);
    await first.until(/reviewCount/);
    first.destroy();
    second.destroy();
    await small.stop();
  });

  const refused = /^(400 (BAD_USER_INPUT|GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|PERSISTED_QUERY_HASH_MISMATCH)|\d+ PERSISTED_(QUERY|DOCUMENT)_\w+)$/;

  it('whatever its body is gets an answer in JSON that says what is wrong with it', async () => {
    const likely = fc.constantFrom('query', 'operationName', 'variables', 'extensions', 'documentId', 'persistedQuery', '__proto__', 'input');
    const tree = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.constant('{ reviewCount }'), fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(likely, tie('value'), { maxKeys: 4, noNullPrototype: true })),
    })).value;
    const body = fc.oneof(
      fc.dictionary(likely, tree, { maxKeys: 5, noNullPrototype: true }).map((value) => JSON.stringify(value)),
      tree.map((value) => JSON.stringify(value)),
      fc.string({ unit: 'binary' }),
      fc.tuple(tree, fc.nat(20), fc.string({ maxLength: 3 })).map(([value, at, noise]) => `${JSON.stringify({ query: value }).slice(0, at)}${noise}${JSON.stringify({ query: value }).slice(at)}`),
    );
    await fc.assert(fc.asyncProperty(body, async (text) => {
      const { status, data, errors } = await shop.post(text);
      if (data) expect(data).toEqual({ reviewCount: 1 });
      else expect([status, errors?.[0]?.extensions?.['code']].join(' ')).toMatch(refused);
    }), { numRuns: 300 });
  });

  it('whatever its search is gets an answer in JSON that says what is wrong with it', async () => {
    const name = fc.constantFrom('query', 'operationName', 'variables', 'extensions', 'documentId', 'other');
    const value = fc.oneof(fc.constantFrom('{reviewCount}', '{}', '[]', 'null', '{', '1', '%', '%zz', '+', '\u0000'), fc.string({ maxLength: 20 }));
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(name, value, fc.boolean()), { maxLength: 6 }), async (pairs) => {
      const search = pairs.map(([key, text, isEncoded]) => `${key}=${isEncoded ? encodeURIComponent(text.toWellFormed()) : text.replace(/[^!-~]|#/g, '')}`).join('&');
      const response = await fetch(`${shop.url}?${search}`, { headers: { 'apollo-require-preflight': '1' } });
      const { data, errors } = await response.json() as { data?: unknown; errors?: { extensions: { code: string } }[] };
      if (data) expect(data).toEqual({ reviewCount: 1 });
      else expect([response.status, errors?.[0]?.extensions.code].join(' ')).toMatch(refused);
    }), { numRuns: 200 });
  });
});
