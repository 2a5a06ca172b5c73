import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync, brotliCompressSync, deflateRawSync, deflateSync } from 'node:zlib';
import { AnsweringServer, answerJson } from '../testing/answering-server';
import type { Answer } from '../testing/answering-server';
import { httpTransport } from './http-transport';
import type { HttpTransportOptions } from './http-transport';
import { subgraphOperation } from './subgraph-operation';
import { SubgraphUnreachable } from './subgraph-transport';
import type { SubgraphResult, SubgraphTransport } from './subgraph-transport';

const operation = subgraphOperation('{ a }');
const json = { 'content-type': 'application/json' };

describe('a subgraph that answers badly', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const open = async (answer: Answer, options: HttpTransportOptions = {}): Promise<{ server: AnsweringServer; transport: SubgraphTransport }> => {
    const server = await AnsweringServer.start(answer);
    const transport = httpTransport({ name: 'bad', url: server.url }, { retries: 0, ...options });
    stops.push(server.stop, () => transport.stop());
    return { server, transport };
  };
  const ask = async (answer: Answer, options?: HttpTransportOptions): Promise<SubgraphResult> => (await open(answer, options)).transport.execute({ operation, headers: {} });
  const failureOf = async (answer: Answer, options?: HttpTransportOptions): Promise<string> => {
    const error: unknown = await ask(answer, options).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(SubgraphUnreachable);
    expect((error as Error).message).toBe('The subgraph "bad" can\'t be reached');
    const { cause } = error as { cause: Error };
    expect(cause.message).not.toMatch(/[\r\n]/);
    return cause.message;
  };
  const send = (body: string | Buffer, headers: Readonly<Record<string, string>> = json, status = 200): Answer => (response) => response.writeHead(status, headers).end(body);

  it.each<[string, Answer, string]>([
    ['HTML', send('<html>\n<p>no</html>', { 'content-type': 'text/html' }, 502), String.raw`status 502 and the content type "text/html": "<html>\n<p>no</html>"`],
    ['JSON by another name', send('{"data":{"a":1}}', { 'content-type': 'text/plain' }), 'status 200 and the content type "text/plain"'],
    ['nothing', send(''), 'status 200 and nothing else'],
    ['half a JSON', send('{"data":{"a":'), 'status 200 and no whole JSON: "{'],
    ['a text', send('"data"'), 'status 200 and no GraphQL result'],
    ['null', send('null'), 'no GraphQL result'],
    ['a list', send('[{"data":{"a":1}}]'), 'no GraphQL result'],
    ['another object', send('{"message":"no"}', json, 500), String.raw`status 500 and no GraphQL result: "{\"message\":\"no\"}"`],
    ['data that is a list', send('{"data":[1]}'), 'no GraphQL result'],
    ['errors that are none', send('{"errors":[7]}'), 'no GraphQL result'],
    ['an error without a message', send('{"errors":[{"path":["a"]}]}'), 'no GraphQL result'],
    ['errors of which there are none', send('{"errors":[]}'), 'no GraphQL result'],
    ['a redirect', send('', { location: 'http://127.0.0.1:1/' }, 307), 'status 307 and nothing else'],
    ['a coding that nobody asked for', send('{}', { ...json, 'content-encoding': 'zstd' }), 'its content-encoding "zstd" is not one of gzip, br, deflate'],
    ['what is not coded as it says', send('{"data":{"a":1}}', { ...json, 'content-encoding': 'gzip' }), "status 200 and a body that can't be decoded"],
  ])('%s', async (_, answer, problem) => expect(await failureOf(answer)).toContain(problem));

  it('quotes 200 characters at most', async () => {
    expect(await failureOf(send('x'.repeat(10_000)))).toBe(`status 200 and no whole JSON: "${'x'.repeat(200)}"`);
  });

  it('cuts off an answer that is too long, before it is there', async () => {
    let cut = Promise.withResolvers<undefined>();
    const endless: Answer = (response) => {
      response.writeHead(200, json);
      const chunk = Buffer.alloc(64 * 1024, 32);
      const more = (): void => { while (response.write(chunk)); };
      response.on('drain', more).on('close', () => cut.resolve(undefined));
      more();
    };
    expect(await failureOf(endless, { maxResponseBytes: 1024 * 1024 })).toBe('an answer of more than 1048576 bytes');
    await cut.promise;
    cut = Promise.withResolvers();
    const announced: Answer = (response) => {
      response.writeHead(200, { ...json, 'content-length': String(500 * 1024 * 1024) }).write('{');
      response.on('close', () => cut.resolve(undefined));
    };
    expect(await failureOf(announced)).toBe('an answer of more than 67108864 bytes');
    await cut.promise;
  });

  it('cuts off an answer that is too long once it is decoded', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 32));
    expect(await failureOf(send(bomb, { ...json, 'content-encoding': 'gzip' }), { maxResponseBytes: 1024 * 1024 })).toBe('an answer of more than 1048576 bytes');
  });

  it('says that it is there, though an answer was too long', async () => {
    const { transport } = await open((response, { body }) => response.writeHead(200, json).end(body.includes('long') ? 'x'.repeat(2_000) : '{"data":{"a":1}}'), { maxResponseBytes: 1_000 });
    await transport.execute({ operation, headers: {} });
    await expect(transport.execute({ operation: subgraphOperation('{ long }'), headers: {} })).rejects.toThrow(SubgraphUnreachable);
    expect(transport.reach?.()).toEqual({ kind: 'reached' });
  });

  it('says that it is there, though one answer of many was bad', async () => {
    const { transport } = await open((response, received, request) => {
      if (!received.body.includes('bad')) return answerJson({ data: { a: 1 } })(response, received, request);
      return void answered.promise.then(() => response.writeHead(413).end('too much'));
    });
    const answered = Promise.withResolvers<undefined>();
    const bad = expect(transport.execute({ operation: subgraphOperation('{ bad }'), headers: {} })).rejects.toThrow(SubgraphUnreachable);
    await transport.execute({ operation, headers: {} });
    answered.resolve(undefined);
    await bad;
    expect(transport.reach?.()).toEqual({ kind: 'reached' });
  });

  it('says what is no HTTP', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end('hello\r\n\r\n')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const transport = httpTransport({ name: 'bad', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    stops.push(() => new Promise((resolve) => server.close(() => resolve())), () => transport.stop());
    await expect(transport.execute({ operation, headers: {} })).rejects.toThrow(SubgraphUnreachable);
    expect(transport.reach?.()).toEqual({ kind: 'unreachable', problem: expect.stringContaining('HTTP') });
  });

  it.each<[string, Answer]>([
    ['comes by drops', (response) => {
      response.writeHead(200, json);
      const dripping = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(dripping));
    }],
    ['never begins', () => undefined],
    ['stops in the middle', (response) => void response.writeHead(200, json).write('{"data":')],
  ])('does not wait for an answer that %s', async (_, answer) => {
    expect(await failureOf(answer, { timeoutMs: 150 })).toBe('no whole answer within 150 ms');
  });

  it('takes a result whatever the status says', async () => {
    expect(await ask(answerJson({ errors: [{ message: 'No' }] }, 500))).toEqual({ errors: [{ message: 'No' }] });
    expect(await ask(send('{"data":{"a":1}}', { 'content-type': 'application/graphql-response+json; charset=utf-8' }, 400))).toEqual({ data: { a: 1 } });
    expect(await ask(send('{"data":{"a":1},"errors":null}', {}))).toMatchObject({ data: { a: 1 } });
  });

  it('reads over a byte order mark', async () => {
    expect(await ask(send('\ufeff{"data":{"a":1}}'))).toEqual({ data: { a: 1 } });
    expect(await failureOf(send('\ufeff'))).toContain('no whole JSON');
  });

  it('leaves out errors behind the first thousand', async () => {
    const errors = Array.from({ length: 1_001 }, (_, number) => ({ message: String(number) }));
    expect((await ask(answerJson({ data: null, errors }))).errors).toEqual(errors.slice(0, 1_000));
  });

  it('leaves out of errors what is not as GraphQL says', async () => {
    const errors = [{ message: 'a', path: 'a.b', extensions: 7, locations: 'x' }, { message: 'b', path: ['a', 0], extensions: { code: 'B' } }, { message: 'c', path: ['a', {}] }];
    expect(await ask(answerJson({ data: null, errors }))).toEqual({ data: null, errors: [{ message: 'a' }, { message: 'b', path: ['a', 0], extensions: { code: 'B' } }, { message: 'c' }] });
  });

  it('is not changed by names that mean something to JavaScript', async () => {
    const { data } = await ask(send('{"data":{"__proto__":{"polluted":true},"constructor":1},"errors":[{"message":"m","extensions":{"__proto__":{"polluted":true}}}]}'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(data ?? {})).toEqual(['__proto__', 'constructor']);
  });

  it.each<[string, (body: Buffer) => Buffer]>([
    ['gzip', gzipSync], ['br', brotliCompressSync], ['deflate', deflateSync], ['deflate', deflateRawSync],
  ])('decodes what comes as %s', async (coding, encode) => {
    const { server, transport } = await open(send(encode(Buffer.from('{"data":{"a":"ä"}}')), { ...json, 'content-encoding': coding }));
    expect(await transport.execute({ operation, headers: {} })).toEqual({ data: { a: 'ä' } });
    expect(server.received[0]?.headers['accept-encoding']).toBe('gzip, br, deflate');
  });

  it('puts an answer together whose characters come in pieces', async () => {
    const bytes = Buffer.from('{"data":{"a":"😀ä"}}');
    const inPieces: Answer = (response) => {
      response.writeHead(200, json);
      let next = 0;
      const more = (): void => {
        if (next === bytes.length) return void response.end();
        response.write(bytes.subarray(next, next += 1));
        setImmediate(more);
      };
      more();
    };
    expect(await ask(inPieces)).toEqual({ data: { a: '😀ä' } });
  });

  it.each([
    ['', operation, {}], [', the request being shared by nobody', operation, { singleFlightMs: 0 }], [', a mutation', subgraphOperation('mutation { a }'), {}],
  ])('is let go when nobody waits any more%s', async (_, asked, options) => {
    const arrived = Promise.withResolvers<undefined>();
    const left = Promise.withResolvers<undefined>();
    const { transport } = await open((response) => {
      arrived.resolve(undefined);
      response.on('close', () => left.resolve(undefined));
    }, options);
    const leaving = new AbortController();
    const answer = transport.execute({ operation: asked, headers: {}, signal: leaving.signal });
    const refused = expect(answer).rejects.toMatchObject({ cause: { name: 'AbortError' } });
    await arrived.promise;
    leaving.abort();
    await refused;
    await left.promise;
    await expect(transport.execute({ operation: asked, headers: {}, signal: leaving.signal })).rejects.toMatchObject({ cause: { name: 'AbortError' } });
  });

  it('compresses long requests where that is wanted', async () => {
    const { server, transport } = await open(answerJson({ data: { a: 1 } }), { compressAboveBytes: 1_000 });
    await transport.execute({ operation, headers: {} });
    await transport.execute({ operation, variables: { text: 'x'.repeat(10_000) }, headers: {} });
    expect(server.received.map(({ headers, body }) => [headers['content-encoding'], body.length > 1_000])).toEqual([[undefined, false], ['gzip', false]]);
  });
});
