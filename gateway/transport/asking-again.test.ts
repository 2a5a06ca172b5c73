import { AnsweringServer, answerJson } from '../testing/answering-server';
import type { Answer } from '../testing/answering-server';
import { subgraphSchema } from '../testing/subgraph-schema';
import { httpTransport } from './http-transport';
import type { HttpTransportOptions } from './http-transport';
import { inProcessTransport } from './in-process-transport';
import { pauseBefore, RetryBudget } from './retries';
import { UnusableAnswer } from './failures';
import { subgraphOperation } from './subgraph-operation';
import { SubgraphUnreachable } from './subgraph-transport';
import type { SubgraphTransport } from './subgraph-transport';

const query = subgraphOperation('query Q($n: Int) { a(n: $n) }', 'Q');
const mutation = subgraphOperation('mutation M { b }', 'M');
const fine = answerJson({ data: { a: 1 } });
const busy: Answer = (response) => response.writeHead(503).end('busy');

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function open(answer: Answer, options: HttpTransportOptions = {}): Promise<{ server: AnsweringServer; transport: SubgraphTransport }> {
  const server = await AnsweringServer.start(answer);
  const transport = httpTransport({ name: 'once', url: server.url }, options);
  stops.push(server.stop, () => transport.stop());
  return { server, transport };
}

/** Gives these answers in turn, and the last for ever. */
const inTurn = (...answers: readonly Answer[]): Answer => {
  let turn = 0;
  return (...args) => answers[Math.min(turn++, answers.length - 1)]?.(...args);
};

describe('asking again', () => {
  it.each<[string, Answer]>([
    ['says that it is busy', busy],
    ['is behind something that does not reach it', (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>')],
    ['breaks the connection', (_response, _received, request) => request.socket.destroy()],
    ['breaks the connection in the middle of its answer', (response, _received, request) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"data"', () => request.socket.destroy());
    }],
  ])('helps a query whose subgraph %s, and is never done for a mutation', async (_, answer) => {
    const { server, transport } = await open(inTurn(answer, answer, fine));
    expect(await transport.execute({ operation: query, headers: {} })).toEqual({ data: { a: 1 } });
    expect(server.received).toHaveLength(3);
    const second = await open(inTurn(answer, fine));
    await expect(second.transport.execute({ operation: mutation, headers: {} })).rejects.toThrow(SubgraphUnreachable);
    expect(second.server.asked.map(({ query: sent }) => sent)).toEqual(['mutation M { b }']);
  });

  it.each<[string, Answer, HttpTransportOptions]>([
    ['an answer in time', () => undefined, { timeoutMs: 100 }],
    ['an answer that is GraphQL', (response) => response.writeHead(404).end('not here'), {}],
    ['to be asked so soon', (response) => response.writeHead(503, { 'retry-after': '30' }).end(), {}],
    ['enough time', (response) => response.writeHead(503, { 'retry-after': '1' }).end(), { timeoutMs: 900 }],
    ['as many attempts', busy, { retries: 0 }],
  ])('is not done where there is not %s', async (_, answer, options) => {
    const { server, transport } = await open(answer, options);
    await expect(transport.execute({ operation: query, headers: {} })).rejects.toThrow(SubgraphUnreachable);
    expect(server.received).toHaveLength(1);
  });

  it('is not needed where a busy subgraph gives a result all the same', async () => {
    const { server, transport } = await open(answerJson({ errors: [{ message: 'Not now', extensions: { code: 'UNAVAILABLE' } }] }, 503));
    expect(await transport.execute({ operation: query, headers: {} })).toMatchObject({ errors: [{ message: 'Not now' }] });
    expect(server.received).toHaveLength(1);
  });

  it('adds a fifth to the load of a subgraph in trouble, but for a few at the beginning', async () => {
    const { server, transport } = await open(busy);
    for (let number = 0; number < 5; number += 1) await transport.execute({ operation: query, variables: { n: number }, headers: {} }).catch(() => undefined);
    expect(server.received).toHaveLength(15);
    server.received.length = 0;
    for (let number = 0; number < 20; number += 1) await transport.execute({ operation: query, variables: { n: number }, headers: {} }).catch(() => undefined);
    expect(server.received.length).toBeLessThanOrEqual(25);
  });

  it('waits longer each time, by chance, and as long as it is asked to if that is short', () => {
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    expect([1, 2, 3].map((failures) => [pauseBefore(reset, failures, () => 0), pauseBefore(reset, failures, () => 1)])).toEqual([[25, 50], [50, 100], [100, 200]]);
    expect(pauseBefore(new UnusableAnswer('nothing', 503, '', 1_000), 1, () => 1)).toBe(1_025);
    expect(pauseBefore(new UnusableAnswer('nothing', 503, '', 3_000), 1)).toBeUndefined();
    expect(pauseBefore(new UnusableAnswer('nothing', 500, ''), 1)).toBeUndefined();
  });

  it('is paid for by requests', () => {
    const budget = new RetryBudget();
    const takeAll = (): number => {
      let taken = 0;
      while (budget.take()) taken += 1;
      return taken;
    };
    expect(takeAll()).toBe(10);
    for (let number = 0; number < 21; number += 1) budget.asked();
    expect(takeAll()).toBe(4);
    for (let number = 0; number < 1_000; number += 1) budget.asked();
    expect(takeAll()).toBe(10);
  });
});

describe('identical queries', () => {
  const counting = inProcessTransport({
    schema: subgraphSchema('type Query { a: Int } type Mutation { b: Int } type Subscription { c: Int }', {
      Subscription: { c: { subscribe: async function* () { yield await Promise.resolve({ c: 1 }); } } },
    }),
    contextOf: () => undefined,
  });
  /** Answers when told to. */
  const held = async (options: HttpTransportOptions = {}) => {
    const waiting: (() => void)[] = [];
    const { server, transport } = await open((response, received) => {
      const value = { data: { a: waiting.length, list: [{ of: received.headers['gateway-identity'] ?? null }] } };
      waiting.push(() => answerJson(value)(response, received, undefined as never));
    }, { singleFlightMs: 60_000, ...options });
    const arrived = async (count: number) => {
      while (server.received.length < count) await new Promise(setImmediate);
    };
    return { server, transport, arrived, answerAll: () => { for (const answer of waiting.splice(0)) answer(); } };
  };
  const ask = (transport: SubgraphTransport, n = 1, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal) => transport.execute({ operation: query, variables: { n }, headers, signal });

  it('of one instant share a request, and each gets a result of its own', async () => {
    const { server, transport, arrived, answerAll } = await held();
    const answers = [ask(transport), ask(transport), ask(transport)];
    await arrived(1);
    answers.push(ask(transport));
    answerAll();
    const results = await Promise.all(answers);
    expect(server.received).toHaveLength(1);
    expect(results).toEqual(Array(4).fill(results[0]));
    const objects = results.flatMap((result) => [result, result.data, (result.data?.['list'] as object[])[0]]);
    expect(new Set(objects).size).toBe(12);
  });

  it('are asked for each identity', async () => {
    const { server, transport, arrived, answerAll } = await held();
    const [ada, bob, ada2] = [ask(transport, 1, { 'gateway-identity': 'ada' }), ask(transport, 1, { 'gateway-identity': 'bob' }), ask(transport, 1, { 'gateway-identity': 'ada' })];
    await arrived(2);
    answerAll();
    expect((await Promise.all([ada, bob, ada2])).map(({ data }) => (data?.['list'] as { of: string }[])[0]?.of)).toEqual(['ada', 'bob', 'ada']);
    expect(server.received).toHaveLength(2);
  });

  it.each<[string, (transport: SubgraphTransport) => Promise<unknown>]>([
    ['other variables', (transport) => ask(transport, 2)],
    ['another operation', (transport) => transport.execute({ operation: subgraphOperation(query.query, 'Q'), variables: { n: 1 }, headers: {} })],
  ])('are not those with %s', async (_, another) => {
    const { server, transport, arrived, answerAll } = await held();
    const answers = [ask(transport), another(transport)];
    await arrived(2);
    answerAll();
    await Promise.all(answers);
    expect(server.received).toHaveLength(2);
  });

  it.each<[string, (transport: SubgraphTransport) => Promise<unknown>]>([
    ['a mutation was answered', (transport) => transport.execute({ operation: mutation, headers: {} })],
    ['another subgraph answered a mutation', () => counting.execute({ operation: subgraphOperation('mutation { b }'), headers: {} })],
    ['another subgraph sent an event', () => counting.subscribe({ operation: subgraphOperation('subscription { c }'), headers: {} }).next()],
  ])('are asked again when %s meanwhile: they may have been carried out before it', async (_, happen) => {
    const late = Promise.withResolvers<undefined>();
    const queries = (): number => server.received.filter(({ body }) => !body.includes('mutation')).length;
    const { server, transport } = await open((response, received, request) => {
      if (received.body.includes('mutation')) return answerJson({ data: { b: 1 } })(response, received, request);
      const answer = answerJson({ data: { a: queries() } });
      // The first query is answered when there is another.
      if (queries() > 1) late.resolve(undefined);
      return void late.promise.then(() => answer(response, received, request));
    }, { singleFlightMs: 60_000 });
    const early = ask(transport);
    while (server.received.length < 1) await new Promise(setImmediate);
    await happen(transport);
    const after = [ask(transport), ask(transport)];
    expect(await early).toEqual({ data: { a: 1 } });
    expect(await Promise.all(after)).toEqual([{ data: { a: 2 } }, { data: { a: 2 } }]);
    expect(queries()).toBe(2);
  });

  it('are asked each time where that is wanted', async () => {
    const { server, transport, arrived, answerAll } = await held({ singleFlightMs: 0 });
    const answers = [ask(transport), ask(transport)];
    await arrived(2);
    answerAll();
    await Promise.all(answers);
    expect(server.received).toHaveLength(2);
  });

  it('go on while one waits who shares the request', async () => {
    const { server, transport, arrived, answerAll } = await held();
    const leaving = new AbortController();
    const [left, staying] = [ask(transport, 1, {}, leaving.signal), ask(transport, 1, {}, new AbortController().signal)];
    const refused = expect(left).rejects.toThrow(SubgraphUnreachable);
    await arrived(1);
    leaving.abort();
    await refused;
    answerAll();
    expect(await staying).toMatchObject({ data: { a: 0 } });
    expect(server.received).toHaveLength(1);
  });
});

describe('operations by their hashes', () => {
  const hashed = (body: Record<string, unknown>): unknown => (body['extensions'] as { persistedQuery?: { sha256Hash?: unknown } } | undefined)?.persistedQuery?.sha256Hash;

  it('are sent with their text when the subgraph asks for it, and then without', async () => {
    const known = new Set<unknown>();
    const { server, transport } = await open((response, received, request) => {
      const body = JSON.parse(String(received.body)) as Record<string, unknown>;
      if ('query' in body) known.add(hashed(body));
      const answer = known.has(hashed(body)) ? { data: { a: body['variables'] } } : { errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] };
      answerJson(answer)(response, received, request);
    }, { persistedQueries: true });
    for (const n of [1, 2]) expect(await transport.execute({ operation: query, variables: { n }, headers: {} })).toEqual({ data: { a: { n } } });
    expect(server.asked.map((body) => ['query' in body, typeof hashed(body)])).toEqual([[false, 'string'], [true, 'string'], [false, 'string']]);
  });

  it.each([
    ['says so', { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
    ['misses the text', { message: 'Must provide query string.' }],
  ])('are not sent again to one that does not know them and %s', async (_, error) => {
    const { server, transport } = await open((response, received, request) => {
      answerJson(received.body.includes('"query"') ? { data: { a: 1 } } : { errors: [error] })(response, received, request);
    }, { persistedQueries: true });
    for (const n of [1, 2, 3]) expect(await transport.execute({ operation: query, variables: { n }, headers: {} })).toEqual({ data: { a: 1 } });
    expect(server.asked.map((body) => 'query' in body)).toEqual([false, true, true, true]);
  });
});
