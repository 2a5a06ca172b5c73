import { eventually } from '@test-planning/kernel/testing';
import { Feed } from '../testing/feed';
import { ProtocolSocket } from '../testing/protocol-socket';
import { RawConnection } from '../testing/raw-connection';
import { compose, RunningShop } from '../testing/running-shop';
import { Issuer } from '../testing/tokens';
import { inProcessTransport } from '../transport/in-process-transport';
import type { GatewayConfig, GatewayPorts } from '../config';

const added = 'subscription($after: Cursor) { added(after: $after) { number text } }';
const accept = 'text/event-stream';

describe('a stream over HTTP', () => {
  let feed: Feed;
  let gateway: RunningShop;
  const start = async (config: Partial<GatewayConfig> = {}, ports: Partial<GatewayPorts> = {}) => {
    feed = new Feed();
    const { sdl } = compose([feed.source()]);
    gateway = await RunningShop.start({ supergraph: sdl, ...config }, { transport: () => inProcessTransport({ schema: feed.schema(), contextOf: (headers) => ({ headers }) }), ...ports });
  };
  const listen = async (headers: Record<string, string> = {}) => {
    const stream = await RawConnection.open(gateway.url);
    await stream.post(JSON.stringify({ query: added }), { accept, ...headers });
    return stream;
  };
  /** Its client does not read while there is more than its connection holds. */
  const stalled = async (headers: Record<string, string>) => {
    const stream = await listen(headers);
    await stream.until(/:\n\n/);
    await eventually(() => expect(feed.open).toBe(1));
    stream.pause();
    for (let number = 1; number <= 100; number += 1) feed.append('x'.repeat(100_000));
    return stream;
  };

  it('is let go of where its client has left while its token was looked at', async () => {
    const issuer = await Issuer.make();
    const judged = Promise.withResolvers<boolean>();
    let isAsked = false;
    await start({ auth: issuer.auth, limits: { maxSubscriptionsPerIdentity: 1 } }, {
      isRevoked: () => {
        if (isAsked) return false;
        isAsked = true;
        return judged.promise;
      },
    });
    const bearer = await issuer.bearer();
    const stream = await listen(bearer);
    await eventually(() => expect(isAsked).toBe(true));
    stream.destroy();
    await stream.closed;
    // By then its end has come to the gateway, which has taken another connection.
    await (await RawConnection.open(gateway.url)).post('{}').then(() => gateway.ask('{ head }'));
    judged.resolve(false);
    const again = await listen(bearer);
    await again.until(/200 OK/);
    await eventually(() => expect(feed.open).toBe(1));
    again.destroy();
    await eventually(() => expect(feed.open).toBe(0));
    await gateway.stop();
  });

  it('is let go of where it waits behind another of its connection', async () => {
    await start();
    const stream = await listen();
    await stream.post(JSON.stringify({ query: added, variables: { after: '@0' } }), { accept });
    await eventually(() => expect(feed.begun).toHaveLength(2));
    stream.destroy();
    await eventually(() => expect(feed.open).toBe(0));
    await gateway.stop();
  });

  it('has nothing written behind its end, though its client has not read all', async () => {
    const issuer = await Issuer.make();
    let now = Date.now();
    await start({ auth: issuer.auth }, { now: () => now });
    const reader = await ProtocolSocket.ready(gateway.socketUrl, await issuer.bearer());
    const stream = await stalled(await issuer.bearer());
    now += 1;
    expect(gateway.endSessions(() => true)).toBe(2);
    expect((await reader.closed).code).toBe(4403);
    await eventually(() => expect(feed.open).toBe(0));
    feed.append('x');
    stream.resume();
    await stream.until(/event: complete\ndata: \n\n/);
    expect(stream.received).toContain('"code":"UNAUTHENTICATED"');
    expect(stream.received).not.toContain('"number":101');
    stream.destroy();
    await gateway.stop();
  });

  it('has nothing written behind its end while the gateway stops', async () => {
    await start();
    const stream = await stalled({});
    const stopped = gateway.drain(2_000);
    feed.append('x');
    await eventually(() => expect(feed.open).toBe(0));
    stream.resume();
    await stream.until(/retry: \d+\n\n/);
    await stopped;
    expect(stream.received).not.toContain('"number":101');
  });
});
