import { WebSocket } from 'ws';
import type { LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { closing, initiate } from '../system/socket';
import { nested } from './steps/nested';

describe('On a socket, a message', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
  });
  afterEach(async () => {
    expect((await alice.data('{ me { user { userId } } }')).me.user.userId).toBe('alice');
  });
  afterAll(() => crowd.leave());

  const open = async (): Promise<WebSocket> => {
    const end = await initiate(crowd.system, { authorization: `Bearer ${alice.token}` });
    if (end.kind === 'closed') throw new Error(end.reason);
    return end.socket;
  };

  it.each([
    ['no JSON', 'hello', 4400],
    ['no message', '{}', 4400],
    ['a message of no known type', '{"type": "knock"}', 4400],
    ['a second connection_init', '{"type": "connection_init"}', 4429],
    ['a subscription without a query', '{"type": "subscribe", "id": "1", "payload": {}}', 4400],
  ])('of %s closes it', async (_, message, code) => {
    const socket = await open();
    socket.send(message);
    expect((await closing(socket)).code).toBe(code);
  });

  it('of 10 MB closes it', async () => {
    const socket = await open();
    socket.on('error', () => undefined);
    socket.send('x'.repeat(10 * 1024 * 1024));
    expect([1006, 1009]).toContain((await closing(socket)).code);
  });

  it('of the same id twice closes it', async () => {
    const socket = await open();
    const subscribe = JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'subscription { experimentChanged { cursor } }' } });
    socket.send(subscribe);
    socket.send(subscribe);
    expect((await closing(socket)).code).toBe(4409);
  });

  it('of a subscription before connection_init closes it', async () => {
    const socket = new WebSocket(crowd.system.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ me { lab } }' } })));
    expect((await closing(socket)).code).toBe(4401);
  });

  it.each([
    ['that is nested 10,000 deep', nested(10_002)],
    ['that does not exist', 'subscription { weatherChanged { cursor } }'],
    ["that can't be parsed", 'subscription {'],
    ['of two fields', 'subscription { experimentChanged { cursor } methodChanged { cursor } }'],
  ])('of a subscription %s gets an error, and the socket stays', async (_, text) => {
    const socket = await open();
    const answered = new Promise<{ type: string; payload: { extensions: { code: string } }[] }>((resolve) => {
      socket.once('message', (message: Buffer) => resolve(JSON.parse(message.toString('utf8')) as never));
    });
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: text } }));
    const { type, payload } = await answered;
    expect(type).toBe('error');
    expect(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'BAD_USER_INPUT']).toContain(payload[0]?.extensions.code);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.close();
  });
});
