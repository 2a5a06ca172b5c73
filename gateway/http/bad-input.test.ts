import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { RunningShop } from '../testing/running-shop';
import { Issuer } from '../testing/tokens';

describe('bad input', () => {
  let shop: RunningShop;
  beforeAll(async () => { shop = await RunningShop.start({ limits: { maxMessageBytes: 10_000 } }); });
  afterAll(() => shop.stop());

  const refusal = (status: number, code: string, field?: string) => ({ status, errors: [{ extensions: field === undefined ? { code } : { code, field } }] });
  const body = refusal(400, 'BAD_USER_INPUT', 'body');

  afterEach(async () => {
    // Whatever came, nothing was logged as a failure of ours, no stack got out, and the gateway lives.
    expect(shop.log.filter(({ level }) => level === 'error')).toEqual([]);
    expect((await shop.ask('{ reviewCount }')).data).toEqual({ reviewCount: 1 });
  });

  it.each([
    ['in the document', 'mutation { rename(id: "1", name: "Mallet") { copies(count: 4) } }', {}],
    ['in a fragment', 'mutation { rename(id: "1", name: "Mallet") { ...F } } fragment F on Product { copies(count: 0) }', {}],
    ['by a variable', 'mutation ($n: Int) { rename(id: "1", name: "Mallet") { copies(count: $n) } }', { n: 4 }],
    ['by a default', 'mutation ($n: Int = -1) { rename(id: "1", name: "Mallet") { copies(count: $n) } }', {}],
  ])('as a number out of its range %s: nothing is carried out', async (_, query, variables) => {
    expect(await shop.ask(query, variables)).toMatchObject(refusal(400, 'BAD_USER_INPUT', 'count'));
    expect((await shop.ask('{ product(id: "1") { name copies(count: 3) } }')).data).toEqual({ product: { name: 'Hammer', copies: ['Hammer', 'Hammer', 'Hammer'] } });
  });

  it.each([
    ['no JSON', '{"query":', body],
    ['nothing', '', body],
    ['a list', '[{"query":"{stock}"}]', body],
    ['a number', '1', body],
    ['no query', '{"variables":{}}', refusal(400, 'BAD_USER_INPUT', 'query')],
    ['an empty query', '{"query":" "}', refusal(400, 'BAD_USER_INPUT', 'query')],
    ['a query that is no text', '{"query":{}}', refusal(400, 'BAD_USER_INPUT', 'query')],
    ['variables that are a list', '{"query":"{stock}","variables":[]}', refusal(400, 'BAD_USER_INPUT', 'variables')],
    ['variables in a string', '{"query":"{stock}","variables":"{}"}', refusal(400, 'BAD_USER_INPUT', 'variables')],
    ['an operation name that is no text', '{"query":"{stock}","operationName":1}', refusal(400, 'BAD_USER_INPUT', 'operationName')],
    ['an unknown operation name', '{"query":"{stock}","operationName":"Other"}', refusal(400, 'BAD_USER_INPUT', 'operationName')],
    ['two operations and no name', '{"query":"query A {stock} query B {stock}"}', refusal(400, 'BAD_USER_INPUT', 'operationName')],
    ['only a fragment', '{"query":"fragment F on Tool {id}"}', refusal(400, 'GRAPHQL_VALIDATION_FAILED')],
    ['no GraphQL', '{"query":"{{"}', refusal(400, 'GRAPHQL_PARSE_FAILED')],
    ['an unknown field', '{"query":"{nothing}"}', refusal(400, 'GRAPHQL_VALIDATION_FAILED')],
    ['a literal of the wrong type', '{"query":"{echo(input: {text: 1})}"}', refusal(400, 'GRAPHQL_VALIDATION_FAILED')],
    ['a subscription', '{"query":"subscription {failsAfter(count: 1)}"}', refusal(400, 'BAD_USER_INPUT', 'query')],
  ])('as a body that holds %s', async (_, text, expected) => {
    expect(await shop.post(text)).toMatchObject(expected);
  });

  it.each<[unknown, string]>([
    [undefined, 'input'],
    [null, 'input'],
    ['text', 'input'],
    [{}, 'input.text'],
    [{ text: 1 }, 'input.text'],
    [{ text: 'a', times: 1.5 }, 'input.times'],
    [{ text: 'a', times: 'NaN' }, 'input.times'],
    [{ text: 'a', other: 1 }, 'input.other'],
    [{ text: 'a', tags: [{ name: 'b' }, { name: false }] }, 'input.tags[1].name'],
    [{ text: 'a', inner: { text: null } }, 'input.inner.text'],
  ])('as the variable %j', async (input, field) => {
    expect(await shop.ask('query($input: EchoInput!) { echo(input: $input) }', { input })).toMatchObject(refusal(400, 'BAD_USER_INPUT', field));
  });

  it('as a value that only its subgraph can judge', async () => {
    expect(await shop.ask('query($day: Day!) { on(day: $day) }', { day: 'nonsense' })).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'day' } }] });
    expect(await shop.ask('{ on(day: "nonsense") }')).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
    expect((await shop.ask('{ on(day: "2000-12-31") }')).data).toEqual({ on: '2000-12-31' });
  });

  it('as null for a variable that has a default but stands where null may not', async () => {
    expect(await shop.ask('query($s: Boolean = true) { stock @skip(if: $s) reviewCount }', { s: null })).toMatchObject(refusal(400, 'BAD_USER_INPUT', 's'));
    expect(await shop.ask('mutation($n: Int = 1) { add(amount: $n) }', { n: null })).toMatchObject(refusal(400, 'BAD_USER_INPUT', 'n'));
    expect((await shop.ask('query($s: Boolean = true) { stock @skip(if: $s) reviewCount }')).data).toEqual({ reviewCount: 1 });
  });

  it('as null for a variable that stands where a default is put for nothing, but not for null', async () => {
    const query = 'query($t: Int) { echo(input: { text: "a", times: $t }) }';
    expect(await shop.ask(query, { t: null })).toMatchObject(refusal(400, 'BAD_USER_INPUT', 't'));
    expect((await shop.ask(query)).data).toEqual({ echo: '{"text":"a","times":1}' });
  });

  it.each(['1e999', '-1e999', '9'.repeat(400)])('as a number that no double holds', async (number) => {
    expect(await shop.ask(`{ echo(input: { text: "a", rate: ${number} }) }`)).toMatchObject(refusal(400, 'GRAPHQL_VALIDATION_FAILED'));
  });

  it('as a variable that nests without end', async () => {
    const input = `${'{"text":"a","inner":'.repeat(5_000)}null${'}'.repeat(5_000)}`;
    const answer = await shop.post(`{"query":"query($input: EchoInput!) { echo(input: $input) }","variables":{"input":${input}}}`);
    expect(answer).toMatchObject(refusal(400, 'BAD_USER_INPUT', 'input'));
  });

  it('as a long value, of which the message shows only the beginning', async () => {
    const { errors } = await shop.ask('query($input: EchoInput!) { echo(input: $input) }', { input: { text: 'a', times: 'x'.repeat(100_000) } });
    expect(errors?.[0]?.message.length).toBeLessThan(400);
  });

  it('keeps what a list gives for a variable that takes an item, and defaults', async () => {
    const { data } = await shop.ask('query($input: EchoInput!) { echo(input: $input) }', { input: { text: 'a', tags: { name: 'b' } } });
    expect(JSON.parse(data?.['echo'] as string)).toEqual({ text: 'a', times: 1, tags: [{ name: 'b' }] });
  });

  it('as a body of 10 MB', async () => {
    const answer = await shop.post(JSON.stringify({ query: '{ stock }', variables: { a: 'x'.repeat(10_000_000) } }));
    expect(answer).toMatchObject(refusal(413, 'BAD_USER_INPUT', 'body'));
  });

  it('as a body that is no JSON by its type', async () => {
    expect(await shop.post('{"query":"{stock}"}', { 'content-type': 'text/plain' })).toMatchObject(refusal(415, 'BAD_USER_INPUT', 'body'));
    expect(await shop.post('{"query":"{stock}"}', { 'content-encoding': 'gzip' })).toMatchObject(refusal(415, 'BAD_USER_INPUT', 'body'));
  });

  const bracket = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);
  it.each([
    ['10,000 levels of selections', `{${bracket('stock{', '}', 10_000)}}`],
    ['10,000 levels of lists', `{ echo(input: {text: "", tags: ${bracket('[', ']', 10_000)}}) }`],
    ['10,000 brackets never closed', '{'.repeat(10_000)],
    ['100,000 fields', `{ ${'stock '.repeat(100_000)} }`],
    ['9,000 times one field', `{ ${'stock '.repeat(9_000)} }`],
    ['3,000 fragments on one place', `{ ${'... { stock } '.repeat(2_000)} }`],
    ['fragments that double each other', `{ products { ...F0 } } ${Array.from({ length: 30 }, (_, n) => `fragment F${n} on Product { ...F${n + 1} ... { ...F${n + 1} } }`).join(' ')} fragment F30 on Product { id }`],
    ['fragments that nest each other deeply', `{ products { ...F0 } } ${Array.from({ length: 120 }, (_, n) => `fragment F${n} on Product { reviews { product { ...F${n + 1} } } }`).join(' ')} fragment F120 on Product { id }`],
    ['a fragment within itself', '{ products { ...F } } fragment F on Product { reviews { product { ...F } } }'],
    ['1,000 aliases of an unknown field', `{ ${Array.from({ length: 1_000 }, (_, n) => `a${n}: nothing`).join(' ')} }`],
    ['a subscription that may be skipped', 'subscription { ...F } fragment F on Subscription { failsAfter(count: 1) @skip(if: true) }'],
    ['a subscription that a variable may skip', 'subscription($s: Boolean!) { failsAfter(count: 1) @skip(if: $s) }'],
    ['1,000 directives', `{ stock ${'@skip(if: true) '.repeat(1_000)} }`],
  ])('as a document with %s', async (_, query) => {
    const begun = performance.now();
    const { status, errors } = await shop.ask(query);
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions?.['code']).toMatch(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$/);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it.each([
    ['nests too deeply', `{ echo(input: {text: "", tags: ${bracket('[', ']', 150)}}) }`, 'The document nests deeper than 100 levels'],
    ['asks one thing too often', `{ ${'stock '.repeat(101)} }`, 'The field "stock" is asked for more than 100 times in one place'],
    ['grows too large by its fragments', `{ products { ...F0 } } ${Array.from({ length: 14 }, (_, n) => `fragment F${n} on Product { ...F${n + 1} ... { ...F${n + 1} } }`).join(' ')} fragment F14 on Product { id }`, 'The operation has more than 10000 fields'],
  ])('as a document that %s, and says so before it takes long', async (_, query, message) => {
    expect((await shop.ask(query)).errors).toMatchObject([{ message }]);
  });

  it('as a mutation by GET', async () => {
    const get = async (search: string, headers: Record<string, string> = { 'apollo-require-preflight': 'yes' }) => {
      const response = await fetch(`${shop.url}?${search}`, { headers });
      return { status: response.status, ...await response.json() as object };
    };
    expect(await get('query=mutation{add(amount:1)}')).toMatchObject({ status: 405, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(shop.shop.total).toBe(0);
    expect(await get('query={reviewCount}')).toMatchObject({ status: 200, data: { reviewCount: 1 } });
    expect(await get('query={reviewCount}&variables=nonsense')).toMatchObject(refusal(400, 'BAD_USER_INPUT', 'variables'));
    // A page elsewhere could send this one without the browser's asking.
    expect(await get('query={reviewCount}', {})).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('as another method, or another path', async () => {
    expect((await fetch(shop.url, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${shop.url}/other`)).status).toBe(404);
  });

  it('as something that is no HTTP', async () => {
    const { port } = new URL(shop.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      socket.on('data', (data) => resolve(String(data)));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  describe('on a socket', () => {
    const closing = (send: (socket: WebSocket) => void, protocol = 'graphql-transport-ws') => new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(shop.socketUrl, protocol);
      socket.on('open', () => send(socket));
      socket.on('close', resolve);
      socket.on('error', reject);
    });
    const init = '{"type":"connection_init"}';

    it.each<[string, string[], number]>([
      ['no JSON', ['nonsense'], 4400],
      ['an unknown message', ['{"type":"nonsense"}'], 4400],
      ['a subscription without a query', [init, '{"type":"subscribe","id":"1","payload":{}}'], 4400],
      ['a subscription before the connection is acknowledged', ['{"type":"subscribe","id":"1","payload":{"query":"{stock}"}}'], 4401],
      ['two initialisations', [init, init], 4429],
      ['a message that is too long', [JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(20_000) } })], 1009],
    ])('that sends %s', async (_, messages, code) => {
      expect(await closing((socket) => messages.forEach((message) => socket.send(message)))).toBe(code);
    });

    it('that speaks another protocol', async () => {
      await expect(closing(() => undefined, 'graphql-ws')).rejects.toThrow();
    });

    it('that comes from a page elsewhere', async () => {
      const refused = (origin: string) => new Promise<boolean>((resolve) => {
        const socket = new WebSocket(shop.socketUrl, 'graphql-transport-ws', { origin });
        socket.on('open', () => { socket.close(); resolve(false); });
        socket.on('error', () => resolve(true));
      });
      expect(await refused('https://evil.example')).toBe(true);
      expect(await refused(new URL(shop.url).origin)).toBe(false);
      expect(await refused('https://studio.apollographql.com')).toBe(false);
    });
  });

  it('as a bad token on a public field', async () => {
    const issuer = await Issuer.make();
    const guarded = await RunningShop.start({ auth: issuer.auth });
    const answer = await guarded.ask('{ stock }', {}, { authorization: 'Bearer nonsense' });
    expect(answer).toMatchObject(refusal(401, 'UNAUTHENTICATED'));
    expect(guarded.shop.calls).toEqual([]);
    await guarded.stop();
  });

  it('answers browsers of the listed origins only', async () => {
    const origin = async (name: string) => (await shop.ask('{ reviewCount }', {}, { origin: name })).headers.get('access-control-allow-origin');
    expect(await origin('https://studio.apollographql.com')).toBe('https://studio.apollographql.com');
    expect(await origin('https://evil.example')).toBeNull();
    const preflight = await fetch(shop.url, {
      method: 'OPTIONS',
      headers: { origin: 'https://studio.apollographql.com', 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,authorization' },
    });
    expect({ status: preflight.status, headers: preflight.headers.get('access-control-allow-headers') }).toEqual({ status: 204, headers: 'content-type,authorization' });
  });
});
