import { ProtocolSocket } from '../testing/protocol-socket';
import { compose, RunningShop } from '../testing/running-shop';
import { subgraphSchema } from '../testing/subgraph-schema';
import { inProcessTransport } from '../transport/in-process-transport';

/** Tells a position as soon as it is subscribed to, and then an event. */
const telling = {
  name: 'telling',
  sdl: `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
    @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resumable"])
    @composeDirective(name: "@resumable")
    directive @resumable(cursor: String!, argument: String!, identity: [String!]) on FIELD_DEFINITION
    type Query { a: Int }
    type Subscription { added(after: String, name: String): Entry @resumable(cursor: "cursor", argument: "after") }
    type Entry { cursor: String! }`,
  resolvers: {
    Subscription: {
      added: {
        subscribe: async function* (_: unknown, __: unknown, { tellPosition }: { tellPosition(cursor: string): void }) {
          tellPosition('@7');
          await new Promise(setImmediate);
          await new Promise(setImmediate);
          yield { added: { cursor: '@8' } };
          tellPosition('@9');
          await new Promise(() => undefined);
        },
      },
    },
  },
};

describe('positions on a socket', () => {
  let gateway: RunningShop;
  const sockets: ProtocolSocket[] = [];
  beforeEach(async () => {
    const schema = subgraphSchema(telling.sdl, telling.resolvers as never);
    gateway = await RunningShop.start({ supergraph: compose([telling as never]).sdl }, {
      transport: () => inProcessTransport({ schema, contextOf: (headers, _signal, tellPosition) => ({ headers, tellPosition }) }),
    });
  });
  afterEach(async () => {
    for (const { socket } of sockets.splice(0)) socket.terminate();
    await gateway.stop();
  });
  const ready = async (payload?: unknown) => {
    const socket = await ProtocolSocket.ready(gateway.socketUrl, payload);
    sockets.push(socket);
    return socket;
  };
  const query = 'subscription($name: String) { added(name: $name) { cursor } }';
  const positions = (socket: ProtocolSocket) => socket.messages.flatMap((message) => (message.type === 'ping' ? Object.values((message.payload?.['positions'] ?? {}) as object) : []));
  const isPing = ({ type }: { type: string }) => type === 'ping';

  it.each([
    ['says nothing', undefined],
    ['says something else', { positions: 'yes', a: 1 }],
  ])('are not sent to a client that %s in connection_init', async (_, payload) => {
    const [asking, socket] = [await ready({ positions: true }), await ready(payload)];
    for (const each of [asking, socket]) each.subscribe('1', query);
    await asking.until((message) => isPing(message) && JSON.stringify(message).includes('@9'));
    await socket.until(({ type }) => type === 'next');
    await socket.settled();
    expect(socket.messages.filter(isPing)).toEqual([]);
  });

  it('are sent to a client that asks for them in connection_init', async () => {
    const socket = await ready({ positions: true });
    socket.subscribe('1', query);
    await socket.until((message) => isPing(message) && JSON.stringify(message).includes('@9'));
    expect(positions(socket)).toEqual(['@7', '@9']);
  });

  it('are sent to a client from when it has used one', async () => {
    const socket = await ready();
    socket.subscribe('1', query, { variables: { name: 'one' } });
    await socket.until(({ type }) => type === 'next');
    await socket.settled();
    expect(socket.messages.filter(isPing)).toEqual([]);
    socket.subscribe('2', query, { variables: { name: 'two' }, extensions: { cursor: '@5' } });
    await socket.until((message) => isPing(message) && JSON.stringify(message).includes('@9'));
    expect(positions(socket)).toContain('@7');
  });
});
