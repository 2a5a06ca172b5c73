import { eventually } from '@test-planning/kernel/testing';
import { Feed } from '../testing/feed';
import { ProtocolSocket } from '../testing/protocol-socket';
import { RawConnection } from '../testing/raw-connection';
import { compose, RunningShop } from '../testing/running-shop';
import { inProcessTransport } from '../transport/in-process-transport';

/** What the tests themselves wait by. */
const real = ['nextTick', 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout', 'Date', 'queueMicrotask', 'hrtime'] as const;

describe('a client of whom nothing is heard', () => {
  let feed: Feed;
  let gateway: RunningShop;
  /** One of whom much is heard. */
  let other: ProtocolSocket;
  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: [...real] });
    feed = new Feed();
    const { sdl } = compose([feed.source()]);
    gateway = await RunningShop.start({ supergraph: sdl }, { transport: () => inProcessTransport({ schema: feed.schema(), contextOf: (headers) => ({ headers }) }) });
    other = await ProtocolSocket.ready(gateway.socketUrl);
  });
  afterEach(async () => {
    jest.useRealTimers();
    other.socket.terminate();
    await gateway.stop({ graceMs: 100 });
  });
  /** Lets that time go by, with everything that happens meanwhile. */
  const elapse = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      jest.advanceTimersByTime(1_000);
      await other.settled();
    }
  };
  const added = 'subscription { added(after: "@0") { number text } }';

  it('is cut off when it answers no ping for 12 seconds, and who answers is not', async () => {
    const silent = await ProtocolSocket.open(gateway.socketUrl, { autoPong: false });
    silent.send({ type: 'connection_init' });
    await silent.until(({ type }) => type === 'connection_ack');
    silent.subscribe('1', added);
    const quiet = await ProtocolSocket.ready(gateway.socketUrl);
    await eventually(() => expect(feed.open).toBe(1));
    await elapse(11);
    expect(silent.isOpen).toBe(true);
    await elapse(26);
    expect((await silent.closed).code).toBe(1006);
    await eventually(() => expect(feed.open).toBe(0));
    await elapse(60);
    expect(quiet.isOpen).toBe(true);
    quiet.socket.terminate();
  });

  it('has two minutes where it reads slowly: then its socket or its stream is cut off, and keeps nothing', async () => {
    const socket = await ProtocolSocket.ready(gateway.socketUrl);
    const stream = await RawConnection.open(gateway.url);
    await stream.post(JSON.stringify({ query: added }), { accept: 'text/event-stream' });
    await stream.until(/:\n\n/);
    socket.subscribe('1', added);
    await socket.settled();
    socket.socket.pause();
    stream.pause();
    for (let number = 1; number <= 100; number += 1) feed.append('x'.repeat(100_000));
    await elapse(100);
    await eventually(() => expect(feed.open).toBe(1));
    await elapse(60);
    socket.socket.resume();
    stream.resume();
    expect((await socket.closed).code).toBe(1006);
    await stream.closed;
    expect(stream.received).not.toContain('event: complete');
    await eventually(() => expect(feed.open).toBe(0));
  });

  it('may read slowly for as long as it likes', async () => {
    const socket = await ProtocolSocket.ready(gateway.socketUrl);
    socket.subscribe('1', added);
    await socket.settled();
    let count = 0;
    for (let burst = 1; burst <= 3; burst += 1) {
      socket.socket.pause();
      for (let number = 1; number <= 100; number += 1) count = feed.append('x'.repeat(100_000));
      await elapse(50);
      socket.socket.resume();
      await eventually(() => expect(socket.data('1')).toHaveLength(count));
    }
    expect(socket.isOpen).toBe(true);
    socket.socket.terminate();
  });
});
