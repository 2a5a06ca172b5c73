import { eventually } from '@test-planning/kernel/testing';
import { ProtocolSocket } from '../testing/protocol-socket';
import { RawConnection } from '../testing/raw-connection';
import { Feed } from '../testing/feed';
import { compose, RunningShop } from '../testing/running-shop';
import { inProcessTransport } from '../transport/in-process-transport';

const changes = 'subscription { productChanged { sequence } }';
/** What would keep the process from ending. */
const held = (): number => process.getActiveResourcesInfo().filter((kind) => /^(TCP|Timeout)/.test(kind)).length;

describe('clients of a gateway that stops', () => {
  it('are sent away with 1001, each at its own time and with its queries answered, and nothing keeps the process', async () => {
    const before = held();
    const shop = await RunningShop.start();
    const clients: ProtocolSocket[] = [];
    while (clients.length < 20) clients.push(await ProtocolSocket.ready(shop.socketUrl));
    const silent = await ProtocolSocket.open(shop.socketUrl);
    for (const client of clients) client.subscribe('1', changes);
    clients[0]?.subscribe('2', '{ slow }');
    await eventually(() => expect(shop.shop.calls).toContain('slow'));
    const order: number[] = [];
    const closed = Promise.all(clients.map(async (client, index) => {
      const { code } = await client.closed;
      order.push(index);
      return code;
    }));
    // Every other one is to go late.
    let chance = 0.9;
    const chances = jest.spyOn(Math, 'random').mockImplementation(() => chance = 1 - chance);
    const stopped = shop.drain(2_000);
    chances.mockRestore();
    await eventually(() => expect(order).toHaveLength(19));
    // Until they go they hear of what happens, and begin nothing.
    expect(clients[0]?.isOpen).toBe(true);
    clients[0]?.subscribe('3', '{ stock }');
    expect(await clients[0]?.until(({ type }) => type === 'error')).toMatchObject({ id: '3', payload: [{ extensions: { code: 'UNAVAILABLE' } }] });
    shop.shop.gate.resolve(undefined);
    expect(new Set(await closed)).toEqual(new Set([1001]));
    expect(clients[0]?.data('2')).toEqual([{ slow: 'done' }]);
    expect((await silent.closed).code).toBe(1001);
    expect(order.slice(0, 9).map((index) => index % 2)).toEqual(Array.from({ length: 9 }, () => 0));
    await stopped;
    expect(shop.shop.open).toBe(0);
    await eventually(() => expect(held()).toBeLessThanOrEqual(before));
  });

  it('are waited for no longer than the grace lasts, though they read nothing and answer no closing', async () => {
    const before = held();
    const feed = new Feed();
    const { sdl } = compose([feed.source()]);
    const gateway = await RunningShop.start({ supergraph: sdl }, { transport: () => inProcessTransport({ schema: feed.schema(), contextOf: (headers) => ({ headers }) }) });
    const socket = await ProtocolSocket.ready(gateway.socketUrl);
    const query = 'subscription { added(after: "@0") { number text } }';
    socket.subscribe('1', query);
    await socket.settled();
    const stream = await RawConnection.open(gateway.url);
    await stream.post(JSON.stringify({ query }), { accept: 'text/event-stream' });
    await stream.until(/:\n\n/);
    socket.socket.pause();
    stream.pause();
    for (let number = 1; number <= 100; number += 1) feed.append('x'.repeat(100_000));
    await gateway.drain(200);
    expect(feed.open).toBe(0);
    socket.socket.terminate();
    stream.destroy();
    await eventually(() => expect(held()).toBeLessThanOrEqual(before));
  });
});
