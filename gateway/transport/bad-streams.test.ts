import type { AddressInfo } from 'node:net';
import { assert, asyncProperty, constantFrom, jsonValue, oneof, record, string } from 'fast-check';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { AnsweringServer } from '../testing/answering-server';
import type { Answer } from '../testing/answering-server';
import { httpTransport } from './http-transport';
import type { HttpTransportOptions } from './http-transport';
import { SubgraphUnreachable } from './subgraph-transport';
import type { SubgraphMessage, SubgraphTransport } from './subgraph-transport';
import { subgraphOperation } from './subgraph-operation';

const operation = subgraphOperation('subscription { a }');
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** All that a subscription brings, and how it ends. */
async function everything(transport: SubgraphTransport): Promise<{ messages: SubgraphMessage[]; end: unknown }> {
  const messages: SubgraphMessage[] = [];
  try {
    for await (const message of transport.subscribe({ operation, headers: {} })) messages.push(message);
    return { messages, end: 'complete' };
  } catch (error) {
    return { messages, end: error };
  }
}

const causeOf = (end: unknown): string => {
  expect(end).toBeInstanceOf(SubgraphUnreachable);
  return ((end as Error).cause as Error).message;
};

/** Acknowledges, and answers each subscription as a test wants. */
async function socketServer(answer: (socket: WebSocket, id: string) => void): Promise<{ url: string; transport(options?: HttpTransportOptions): SubgraphTransport }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const { type, id } = JSON.parse(String(data as Buffer)) as { type: string; id: string };
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type === 'subscribe') answer(socket, id);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  stops.push(() => new Promise((resolve) => {
    for (const client of server.clients) client.terminate();
    server.close(resolve);
  }));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return {
    url,
    transport(options) {
      const transport = httpTransport({ name: 'bad', url }, options);
      stops.push(() => transport.stop());
      return transport;
    },
  };
}

const next = (id: string, payload: unknown): string => JSON.stringify({ id, type: 'next', payload });

describe('a subgraph that says nonsense over its socket', () => {
  it.each<[string, (socket: WebSocket, id: string) => void, string]>([
    ['no JSON', (socket) => socket.send('{'), 'JSON'],
    ['a message of no known type', (socket) => socket.send('{"type":"hello"}'), 'type'],
    ['a message for a server', (socket) => socket.send('{"type":"connection_init"}'), 'which is for a server'],
    ['a binary message', (socket, id) => socket.send(Buffer.from(next(id, { data: { a: 1 } }))), 'a binary message'],
    ['an event that is none', (socket, id) => socket.send(next(id, { data: [1] })), 'no GraphQL result'],
    ['an event without a payload', (socket, id) => socket.send(next(id, undefined)), 'payload'],
    ['an event of what was never begun', (socket) => socket.send(next('999', { data: { a: 1 } })), 'never begun'],
    ['the end of what was never begun', (socket) => socket.send('{"type":"complete","id":"__proto__"}'), 'never begun'],
    ['errors that are none', (socket, id) => socket.send(JSON.stringify({ id, type: 'error', payload: [{ path: 7 }] })), 'payload'],
    ['a message of 2 MB', (socket, id) => socket.send(next(id, { data: { a: 'x'.repeat(2_000_000) } })), 'Max payload size exceeded'],
  ])('%s: loses this socket, and is asked again on another', async (_, answer, problem) => {
    let isBad = true;
    const server = await socketServer((socket, id) => {
      if (isBad) return answer(socket, id);
      socket.send(next(id, { data: { a: 1 } }));
      socket.send(JSON.stringify({ id, type: 'complete' }));
    });
    const transport = server.transport({ maxResponseBytes: 1_000_000 });
    expect(causeOf((await everything(transport)).end)).toContain(problem);
    isBad = false;
    expect(await everything(transport)).toEqual({ messages: [{ data: { a: 1 } }], end: 'complete' });
  });

  it('takes nothing that follows what it could not read', async () => {
    const server = await socketServer((socket, id) => {
      socket.send(next(id, { data: { a: 1 } }));
      socket.send('nonsense');
      socket.send(next(id, { data: { a: 3 } }));
    });
    const { messages, end } = await everything(server.transport());
    expect(messages).toEqual([{ data: { a: 1 } }]);
    causeOf(end);
  });

  it('ends only what it should, whatever the messages are', async () => {
    const anything = oneof(string(), jsonValue().map((value) => JSON.stringify(value)), record({
      type: constantFrom('next', 'error', 'complete', 'ping', 'pong', 'connection_ack', 'x'),
      id: constantFrom('1', '2', '', 7, null),
      payload: oneof(jsonValue(), constantFrom({ data: { a: 1 } }, { positions: { 1: '@1', 2: 3 } }, [{ message: 'no' }])),
    }, { requiredKeys: ['type'] }).map((message) => JSON.stringify(message)));
    let hostile = '';
    const server = await socketServer((socket, id) => {
      socket.send(hostile);
      socket.send(JSON.stringify({ id, type: 'complete' }));
    });
    await assert(asyncProperty(anything, async (message) => {
      hostile = message;
      const transport = httpTransport({ name: 'bad', url: server.url });
      const { messages, end } = await everything(transport);
      await transport.stop();
      expect(end === 'complete' || end instanceof SubgraphUnreachable).toBe(true);
      expect(messages.length).toBeLessThanOrEqual(1);
    }), { numRuns: 150 });
  });

  it('is not read while 4 MiB wait for a reader who does not follow', async () => {
    const sent = Promise.withResolvers<undefined>();
    let left = 0;
    const server = await socketServer((socket, id) => {
      for (let number = 0; number < 300; number += 1) socket.send(next(id, { data: { a: String(number).padEnd(100_000) } }), () => { left += 1; });
      socket.send(JSON.stringify({ id, type: 'complete' }));
      setImmediate(() => sent.resolve(undefined));
    });
    const stream = server.transport().subscribe({ operation, headers: {} });
    await sent.promise;
    // Nothing leaves any more once both ends are full.
    let before = -1;
    while (before !== left) {
      before = left;
      for (let turns = 0; turns < 1_000; turns += 1) await new Promise(setImmediate);
    }
    expect(left).toBeLessThan(200);
    let seen = 0;
    for await (const message of stream) if ('data' in message) expect(Number(message.data?.['a'])).toBe(seen++);
    expect(seen).toBe(300);
  });

  it('keeps one position of many that nobody reads', async () => {
    const flood = Promise.withResolvers<undefined>();
    const server = await socketServer((socket, id) => {
      for (let number = 0; number < 1_000; number += 1) socket.send(JSON.stringify({ type: 'ping', payload: { positions: { [id]: `@${number}`, 999: '@x' } } }));
      socket.send(next(id, { data: { a: 1 } }));
      socket.send(JSON.stringify({ type: 'ping', payload: { positions: { [id]: '@last' } } }));
      socket.on('message', (data) => { if (String(data as Buffer).includes('pong') && (pongs += 1) === 1_001) flood.resolve(undefined); });
    });
    let pongs = 0;
    const stream = server.transport().subscribe({ operation, headers: {} });
    await flood.promise;
    expect([await stream.next(), await stream.next(), await stream.next()].map(({ value }) => value as SubgraphMessage)).toEqual([{ position: '@999' }, { data: { a: 1 } }, { position: '@last' }]);
  });
});

describe('a subgraph that says nonsense in its event stream', () => {
  const open = async (answer: Answer, options: HttpTransportOptions = {}): Promise<SubgraphTransport> => {
    const server = await AnsweringServer.start(answer);
    const transport = httpTransport({ name: 'bad', url: server.url }, { subscriptions: 'event stream', maxResponseBytes: 1_000_000, ...options });
    stops.push(server.stop, () => transport.stop());
    return transport;
  };
  const stream = (text: string, end = true): Answer => (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text);
    if (end) response.end();
  };

  it.each<[string, Answer, string]>([
    ['no end', stream('event: next\ndata: {"data":{"a":1}}\n\n'), 'ended before it was complete'],
    ['no JSON', stream('event: next\ndata: {\n\n', false), 'JSON'],
    ['an event without data', stream('event: next\n\n', false), 'JSON'],
    ['an event that is no result', stream('event: next\ndata: 7\n\n', false), 'no GraphQL result'],
    ['an event of 2 MB', stream(`event: next\ndata: ${'x'.repeat(2_000_000)}`, false), 'an answer of more than 1000000 bytes'],
    ['HTML', (response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<html>'), 'status 404 and the content type "text/html": "<html>"'],
    ['the result of a query', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"a":1}}'), 'where a stream was asked for'],
    ['endless HTML', (response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const more = (): void => { while (response.write('x'.repeat(64 * 1024))); };
      response.on('drain', more);
      more();
    }, 'an answer of more than 1000000 bytes'],
    ['nothing', () => undefined, 'no whole answer within 500 ms'],
  ])('%s', async (_, answer, problem) => expect(causeOf((await everything(await open(answer, { timeoutMs: 500 }))).end)).toContain(problem));

  it('is refused by GraphQL errors instead of a stream', async () => {
    const transport = await open((response) => response.writeHead(400, { 'content-type': 'application/json' }).end('{"errors":[{"message":"No","extensions":{"code":"NO_WAY"}}]}'));
    expect(await everything(transport)).toMatchObject({ messages: [{ errors: [{ message: 'No', extensions: { code: 'NO_WAY' } }] }], end: 'complete' });
  });

  it('is told apart: events, positions, comments, and what is of no meaning', async () => {
    const transport = await open(stream(':\n\nid: @0\n\nid: @1\nevent: next\ndata: {"data":{"a":1}}\n\nid: @2\n\nid: @3\n\nid: \n\nevent: other\ndata: 1\n\nevent: next\ndata: {"data":{"a":4}}\n\nevent: complete\n\nevent: next\ndata: {"data":{"a":5}}\n\n'));
    const { messages, end } = await everything(transport);
    expect(messages.filter((message) => 'data' in message)).toEqual([{ data: { a: 1 } }, { data: { a: 4 } }]);
    // Those that nobody has read may have given way to the next.
    expect(messages.map((message) => ('position' in message ? message.position : message.data?.['a']))).toEqual(expect.arrayContaining(['@3']));
    expect(end).toBe('complete');
  });

  it('keeps no connection from requests', async () => {
    const transport = await open((response, received) => {
      if (received.headers.accept === 'text/event-stream') return response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"a":1}}');
    }, { connections: 1 });
    const streams = [1, 2, 3].map(() => transport.subscribe({ operation, headers: {} }));
    expect(await transport.execute({ operation: subgraphOperation('{ a }'), headers: {} })).toEqual({ data: { a: 1 } });
    for (const each of streams) await each.return?.();
  });
});
