import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@test-planning/kernel/testing';
import { WebSocket } from 'ws';
import { ProtocolSocket } from '../testing/protocol-socket';
import { RawConnection } from '../testing/raw-connection';
import { RunningShop } from '../testing/running-shop';
import { Issuer } from '../testing/tokens';

const changes = 'subscription { productChanged { sequence } }';
/** JSON of a list within a list, and so on. */
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('a socket on which something is said that the protocol does not allow', () => {
  let shop: RunningShop;
  beforeAll(async () => { shop = await RunningShop.start({ connectionInitTimeoutMs: 300 }); });
  // Whatever was said, the gateway answers the next one, and keeps nothing of it.
  afterEach(async () => {
    const other = await ProtocolSocket.ready(shop.socketUrl);
    other.subscribe('1', '{ reviewCount }');
    await other.until(({ type }) => type === 'complete');
    expect(other.data('1')).toEqual([{ reviewCount: 1 }]);
    other.socket.close();
    await eventually(() => expect(shop.shop.open).toBe(0));
  });
  afterAll(() => shop.stop());

  it.each<[string, string, number]>([
    ['no JSON', 'hello', 4400],
    ['half a JSON', '{"type":"subscr', 4400],
    ['a list', '[]', 4400],
    ['nothing', '', 4400],
    ['no type', '{}', 4400],
    ['a type that is no text', '{"type":7}', 4400],
    ['an unknown type of any length', `{"type":"a${'€'.repeat(1_000)}"}`, 4400],
    ['an unknown type of half a character', '{"type":"\\ud800"}', 4400],
    ['connection_ack', '{"type":"connection_ack"}', 4400],
    ['next', '{"type":"next","id":"1","payload":{}}', 4400],
    ['error', '{"type":"error","id":"1","payload":[{"message":"no"}]}', 4400],
    ['a second connection_init', '{"type":"connection_init"}', 4429],
    ['subscribe without an id', '{"type":"subscribe","payload":{"query":"{ stock }"}}', 4400],
    ['subscribe with an empty id', '{"type":"subscribe","id":"","payload":{"query":"{ stock }"}}', 4400],
    ['subscribe with a number for an id', '{"type":"subscribe","id":1,"payload":{"query":"{ stock }"}}', 4400],
    ['subscribe without a payload', '{"type":"subscribe","id":"1"}', 4400],
    ['a query that is a number', '{"type":"subscribe","id":"1","payload":{"query":7}}', 4400],
    ['variables that are a list', '{"type":"subscribe","id":"1","payload":{"query":"{ stock }","variables":[]}}', 4400],
    ['extensions that are a text', '{"type":"subscribe","id":"1","payload":{"query":"{ stock }","extensions":"all"}}', 4400],
    ['an operationName that is an object', '{"type":"subscribe","id":"1","payload":{"query":"{ stock }","operationName":{}}}', 4400],
    ['a payload of ping that is a list', '{"type":"ping","payload":[]}', 4400],
    ['complete without an id', '{"type":"complete"}', 4400],
  ])('is closed: %s', async (_, message, code) => {
    const socket = await ProtocolSocket.ready(shop.socketUrl);
    socket.send(message);
    expect((await socket.closed).code).toBe(code);
    expect(socket.wrong).toEqual([]);
  });

  it('is closed where it subscribes before it is acknowledged', async () => {
    const socket = await ProtocolSocket.open(shop.socketUrl);
    socket.subscribe('1', changes);
    expect(await socket.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
  });

  it.each([['1'], [`it's "quoted"\n\u2028`], [`x${'é'.repeat(200)}`], ['x'.repeat(1_000_000)]])('is closed where an id is in use, whatever that is', async (id) => {
    const socket = await ProtocolSocket.ready(shop.socketUrl);
    socket.subscribe(id, changes);
    socket.subscribe(id, changes);
    expect((await socket.closed).code).toBe(4409);
  });

  it('is closed with 1009 for a message of more than 20,000 JSON values', async () => {
    const socket = await ProtocolSocket.ready(shop.socketUrl);
    socket.socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ reviewCount }', variables: { list: Array.from({ length: 20_000 }, () => 1) } } }));
    expect(await socket.closed).toEqual({ code: 1009, reason: 'The message has more than 20000 JSON values' });
  });

  it('is closed where nothing is said', async () => {
    const socket = await ProtocolSocket.open(shop.socketUrl);
    expect((await socket.closed).code).toBe(4408);
  });

  it.each([[[]], [['graphql-ws']], [['soap']]])('is closed where it is for another protocol: %j', async (protocols) => {
    // That its server chose none of them is an error to this library, which a test is not to be stopped by.
    const socket = new WebSocket(shop.socketUrl, protocols);
    socket.on('error', () => undefined);
    const code = await new Promise<number>((resolve) => { socket.once('close', resolve); });
    expect(protocols.length === 0 ? [4406] : [4406, 1006]).toContain(code);
  });

  it('may say nonsense right away, in another protocol', async () => {
    const raw = await RawConnection.open(shop.url);
    const upgrade = 'GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
    await raw.write(Buffer.concat([Buffer.from(upgrade), Buffer.alloc(64, 0xff)]));
    await raw.closed;
  });

  it('is closed for a binary message, and for one that is too long, in however many frames', async () => {
    const binary = await ProtocolSocket.ready(shop.socketUrl);
    binary.socket.send(Buffer.from('{"type":"ping"}'));
    expect((await binary.closed).code).toBe(1003);
    const fragmented = await ProtocolSocket.ready(shop.socketUrl);
    for (let count = 0; count < 20; count += 1) fragmented.socket.send('x'.repeat(100_000), { fin: false });
    expect([1009, 1006]).toContain((await fragmented.closed).code);
  });

  it('is closed as soon as a frame says that it has 100 MB', async () => {
    const raw = await RawConnection.open(shop.url);
    await raw.write('GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
    await raw.until(/\r\n\r\n/);
    await raw.write(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x06, 0x40, 0, 0, 1, 2, 3, 4]));
    // The close frame, with 1009.
    await raw.until((received) => received.includes('\u0003'));
    raw.destroy();
    await raw.closed;
  });

  it('gets messages in pieces, and pieces of messages', async () => {
    const socket = await ProtocolSocket.ready(shop.socketUrl);
    const text = JSON.stringify({ type: 'subscribe', id: 'é', payload: { query: '{ reviewCount }' } });
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 1) socket.socket.send(bytes.subarray(at, at + 1), { fin: at === bytes.length - 1, binary: false });
    await socket.until(({ type }) => type === 'complete');
    expect(socket.data('é')).toEqual([{ reviewCount: 1 }]);
    socket.socket.close();
  });

  it('is not served where only half of its request comes', async () => {
    const { hostname, port } = new URL(shop.url);
    const half = connect(Number(port), hostname);
    await once(half, 'connect');
    half.write('GET /graphql HTTP/1.1\r\nhost: localhost\r\nupgrade: websock');
    half.destroy();
    await once(half, 'close');
  });

  it('answers a ping, whatever it carries', async () => {
    const socket = await ProtocolSocket.ready(shop.socketUrl);
    socket.send('{"type":"ping","payload":null}');
    socket.send('{"type":"ping"}');
    socket.send('{"type":"ping","payload":{"__proto__":{"a":1},"toString":1}}');
    await eventually(() => expect(socket.messages.slice(1)).toEqual([{ type: 'pong' }, { type: 'pong' }, { type: 'pong', payload: JSON.parse('{"__proto__":{"a":1},"toString":1}') }]));
    socket.send(`{"type":"ping","payload":{"deep":${nested(200_000)}}}`);
    expect((await socket.closed).code).toBe(1009);
  });

  it.each<[string, object | string]>([
    ['that is nested deeply', `{"query":"query($input: EchoInput!) { echo(input: $input) }","variables":{"input":${nested(10_000)}}}`],
    ['of another type', { query: 'query($input: EchoInput!) { echo(input: $input) }', variables: { input: { text: { toString: null } } } }],
    ['that would be a prototype', '{"query":"query($input: EchoInput!) { echo(input: $input) }","variables":{"__proto__":{"input":{"text":"t"}}}}'],
    ['of another type, to a subscription', { query: 'subscription($id: ID) { productChanged(id: $id) { sequence } }', variables: { id: { toString: null } } }],
    ['that is a place where there are none', { query: changes, extensions: { cursor: { a: 1 } } }],
  ])('is told of a value %s', async (_, payload) => {
    const socket = await ProtocolSocket.ready(shop.socketUrl);
    socket.send(`{"type":"subscribe","id":"1","payload":${typeof payload === 'string' ? payload : JSON.stringify(payload)}}`);
    const answer = await socket.until(({ type }) => type === 'error');
    expect(answer).toMatchObject({ id: '1', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    socket.socket.close();
  });

  it('may end what it has not', async () => {
    const socket = await ProtocolSocket.ready(shop.socketUrl);
    for (const id of ['1', '__proto__', 'x'.repeat(100_000)]) socket.send({ type: 'complete', id });
    await socket.settled();
    expect(socket.messages).toHaveLength(2);
    socket.socket.close();
  });

  it('carries ids of any kind', async () => {
    const socket = await ProtocolSocket.ready(shop.socketUrl);
    const ids = ['"', '\\', '\n', '\u0000', '\u2028', '😀', '\ud800', '__proto__', 'constructor', 'x'.repeat(1_000_000)];
    for (const id of ids) socket.subscribe(id, 'subscription { countdown(from: 0) }');
    for (const id of ids) await socket.until((message) => message.type === 'complete' && message.id === id);
    for (const id of ids) expect(socket.data(id)).toEqual([{ countdown: 0 }]);
    expect(socket.wrong).toEqual([]);
    socket.socket.close();
  });

  it('is told of each subscription that is too many, and keeps the others', async () => {
    const socket = await ProtocolSocket.ready(shop.socketUrl);
    for (let number = 0; number < 10_000; number += 1) socket.subscribe(String(number), changes);
    await socket.settled();
    const refused = socket.messages.filter(({ type }) => type === 'error');
    expect(refused).toHaveLength(9_000);
    expect(new Set(refused.map((message) => 'id' in message && message.id)).size).toBe(9_000);
    expect(refused[0]).toMatchObject({ id: '1000', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    shop.shop.change('1');
    await eventually(() => expect(socket.messages.filter(({ type }) => type === 'next')).toHaveLength(1_000));
    socket.socket.terminate();
  });
});

describe('a token that is none', () => {
  it.each<[string, string]>([
    ['what can\'t be made a text', '{"authorization":{"toString":null}}'],
    ['what is nested deeply', `{"token":${nested(10_000)}}`],
    ['a number', '{"Authorization":7}'],
  ])('is refused, at the start and when it is to be renewed: %s', async (_, payload) => {
    const issuer = await Issuer.make();
    const shop = await RunningShop.start({ auth: issuer.auth });
    const reason = 'The authorization must be "Bearer" and a token';
    const socket = await ProtocolSocket.open(shop.socketUrl);
    socket.send(`{"type":"connection_init","payload":${payload}}`);
    expect(await socket.closed).toEqual({ code: 4403, reason: `Forbidden: ${reason}` });
    const other = await ProtocolSocket.ready(shop.socketUrl, await issuer.bearer());
    other.send(`{"type":"ping","payload":${payload}}`);
    expect(await other.until(({ type }) => type === 'pong')).toEqual({ type: 'pong', payload: { authorization: { refused: reason } } });
    other.socket.close();
    await shop.stop();
  });
});
