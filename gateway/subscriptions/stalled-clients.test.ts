import diagnostics from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { eventually } from '@test-planning/kernel/testing';
import { Feed } from '../testing/feed';
import { ProtocolSocket } from '../testing/protocol-socket';
import { RawConnection } from '../testing/raw-connection';
import { compose, RunningShop } from '../testing/running-shop';
import { inProcessTransport } from '../transport/in-process-transport';

const KiB = 1024;

describe('clients that do not read', () => {
  /** The gateway's ends of the connections to it. */
  const served = new Set<Socket>();
  const opened = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    served.add(socket);
    socket.once('close', () => served.delete(socket));
  };
  const waiting = (): number => [...served].reduce((sum, socket) => sum + socket.writableLength, 0);
  let feed: Feed;
  let gateway: RunningShop;
  const start = async (limits = {}) => {
    diagnostics.subscribe('net.server.socket', opened);
    feed = new Feed();
    const { sdl } = compose([feed.source()]);
    gateway = await RunningShop.start({ supergraph: sdl, limits: { maxBufferedBytes: 256 * KiB, ...limits } }, { transport: () => inProcessTransport({ schema: feed.schema(), contextOf: (headers) => ({ headers }) }) });
  };
  afterEach(async () => {
    diagnostics.unsubscribe('net.server.socket', opened);
    await gateway.stop({ graceMs: 100 });
    served.clear();
  });
  const added = 'subscription($after: Cursor) { added(after: $after) { number text } }';
  const numbers = (data: readonly unknown[]) => data.map((result) => (result as { added: { number: number } }).added.number);
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  /** Resolves when a client that reads has everything so far. */
  const heard = async (reader: ProtocolSocket, count: number) => {
    await eventually(() => expect(reader.data('1')).toHaveLength(count));
  };

  it('cost a bounded amount of memory, hold nobody up, and get everything once they read again', async () => {
    await start();
    const reader = await ProtocolSocket.ready(gateway.socketUrl);
    reader.subscribe('1', added);
    const stalled = await Promise.all(upTo(5).map(() => ProtocolSocket.ready(gateway.socketUrl)));
    for (const socket of stalled) {
      socket.subscribe('1', added);
      await socket.settled();
    }
    await reader.settled();
    await eventually(() => expect(feed.open).toBe(1));
    for (const { socket } of stalled) socket.pause();
    for (let number = 1; number <= 300; number += 1) {
      // Large and small ones in turn.
      feed.append('x'.repeat(number % 3 === 0 ? 200_000 : 20));
      if (number % 20 === 0) await heard(reader, number);
    }
    await heard(reader, 300);
    // One result above the bound, for each.
    expect(waiting()).toBeLessThan(stalled.length * (256 + 200) * KiB);
    // In bursts.
    for (const { socket } of stalled) socket.resume();
    await eventually(() => expect(stalled[0]?.data('1').length).toBeGreaterThan(20));
    for (const { socket } of stalled) socket.pause();
    feed.append('last');
    for (const { socket } of stalled) socket.resume();
    for (const socket of [reader, ...stalled]) {
      await heard(socket, 301);
      expect(numbers(socket.data('1'))).toEqual(upTo(301));
    }
    // All have come to one place, and share what comes next.
    await eventually(() => expect(feed.open).toBe(1));
    for (const socket of [reader, ...stalled]) socket.socket.terminate();
    await eventually(() => expect(feed.open).toBe(0));
  });

  it('may have many subscriptions on one socket, and still cost no more', async () => {
    await start();
    const reader = await ProtocolSocket.ready(gateway.socketUrl);
    reader.subscribe('1', added);
    const stalled = await ProtocolSocket.ready(gateway.socketUrl);
    for (let id = 1; id <= 50; id += 1) stalled.subscribe(String(id), added, { variables: { after: '@0' } });
    await stalled.settled();
    await reader.settled();
    stalled.socket.pause();
    for (let number = 1; number <= 60; number += 1) {
      feed.append('x'.repeat(100_000));
      await heard(reader, number);
    }
    expect(waiting()).toBeLessThan((256 + 100) * KiB);
    stalled.socket.resume();
    for (let id = 1; id <= 50; id += 1) {
      await eventually(() => expect(stalled.data(String(id))).toHaveLength(60));
      expect(numbers(stalled.data(String(id)))).toEqual(upTo(60));
    }
    for (const { socket } of [reader, stalled]) socket.terminate();
  });

  it('are not listened to while their answers pile up', async () => {
    await start();
    const stalled = await ProtocolSocket.ready(gateway.socketUrl);
    stalled.socket.pause();
    const ping = JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(100_000) } });
    for (let count = 0; count < 300; count += 1) stalled.send(ping);
    const reader = await ProtocolSocket.ready(gateway.socketUrl);
    for (let count = 0; count < 50; count += 1) await reader.settled();
    expect(waiting()).toBeLessThan(512 * KiB);
    stalled.socket.resume();
    await eventually(() => expect(stalled.messages).toHaveLength(301));
    for (const { socket } of [reader, stalled]) socket.terminate();
  });

  it('are told so where their field can\'t be resumed', async () => {
    await start({ maxBufferedMessages: 20 });
    const reader = await ProtocolSocket.ready(gateway.socketUrl);
    const stalled = await ProtocolSocket.ready(gateway.socketUrl);
    const other = 'subscription { heard { number text } }';
    for (const socket of [reader, stalled]) socket.subscribe('1', other);
    for (const socket of [reader, stalled]) await socket.settled();
    await eventually(() => expect(feed.open).toBe(1));
    stalled.socket.pause();
    for (let number = 1; number <= 80; number += 1) {
      feed.append('x'.repeat(100_000));
      await heard(reader, number);
    }
    stalled.socket.resume();
    expect(await stalled.until(({ type }) => type === 'error')).toMatchObject({ id: '1', payload: [{ extensions: { code: 'UNAVAILABLE' } }] });
    const count = stalled.data('1').length;
    expect(count).toBeGreaterThan(0);
    expect(stalled.data('1').map((result) => (result as { heard: { number: number } }).heard.number)).toEqual(upTo(count));
    for (const { socket } of [reader, stalled]) socket.terminate();
  });

  it('as streams over HTTP are bounded just so', async () => {
    await start();
    const reader = await ProtocolSocket.ready(gateway.socketUrl);
    reader.subscribe('1', added);
    const streams = await Promise.all(['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'].map(async (accept) => {
      const stream = await RawConnection.open(gateway.url);
      await stream.post(JSON.stringify({ query: added }), { accept });
      await stream.until(/\r\n\r\n/);
      return stream;
    }));
    await reader.settled();
    for (const stream of streams) stream.pause();
    for (let number = 1; number <= 100; number += 1) {
      feed.append('x'.repeat(100_000));
      await heard(reader, number);
    }
    expect(waiting()).toBeLessThan(streams.length * (256 + 200) * KiB);
    for (const stream of streams) stream.resume();
    for (const stream of streams) {
      await stream.until((received) => received.includes('"number":100'));
      expect([...stream.received.matchAll(/"number":(\d+)/g)].map(([, number]) => Number(number))).toEqual(upTo(100));
      stream.destroy();
    }
    reader.socket.terminate();
    await eventually(() => expect(feed.open).toBe(0));
  });
});
