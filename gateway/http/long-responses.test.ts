import diagnostics from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { eventually } from '@test-planning/kernel/testing';
import type { GatewayConfig } from '../config';
import { blocks } from '../testing/blocks';
import { RawConnection } from '../testing/raw-connection';
import { RunningShop } from '../testing/running-shop';

const KiB = 1024;
const query = 'query($count: Int!, $length: Int!, $of: String) { blocks(count: $count, length: $length, of: $of) { text } }';
const tooLarge = (maxBytes: number) => ({ data: null, errors: [{ message: expect.stringContaining(`larger than ${maxBytes} bytes`) as string, extensions: { code: 'RESPONSE_TOO_LARGE', maxBytes } }] });

describe('a long response', () => {
  let gateway: RunningShop;
  const start = async (config: Partial<GatewayConfig> = {}) => {
    const [supergraph, transport] = blocks();
    gateway = await RunningShop.start({ ...supergraph, ...config }, transport);
  };
  afterEach(() => gateway.stop());

  const stream = async (accept: string, variables: object) => {
    const response = await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body: JSON.stringify({ query, variables }) });
    return response.text();
  };
  const overSocket = async (text: string, variables: Record<string, unknown>) => (await gateway.client().iterate({ query: text, variables }).next()).value as unknown;

  it('is refused in place of its data where it is larger than it may be, over every transport', async () => {
    await start({ limits: { maxResponseBytes: 100 * KiB } });
    const variables = { count: 100, length: KiB };
    expect(await gateway.ask(query, variables)).toMatchObject({ status: 200, ...tooLarge(100 * KiB) });
    expect(await overSocket(query, variables)).toMatchObject(tooLarge(100 * KiB));
    expect(await overSocket('subscription($length: Int!) { filled(length: $length) }', { length: 101 * KiB })).toMatchObject(tooLarge(100 * KiB));
    expect(await gateway.ask('mutation { fill(length: 110000) }')).toMatchObject(tooLarge(100 * KiB));
    for (const accept of ['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0']) expect(await stream(accept, variables)).toContain('"code":"RESPONSE_TOO_LARGE"');
  });

  it('is counted in bytes, and up to the limit it is sent', async () => {
    await start({ limits: { maxResponseBytes: 100 * KiB } });
    expect(await gateway.ask(query, { count: 1, length: 60 * KiB, of: 'é' })).toMatchObject(tooLarge(100 * KiB));
    expect(await gateway.ask(query, { count: 1, length: 45 * KiB, of: 'é' })).toMatchObject({ data: { blocks: [{ text: 'é'.repeat(45 * KiB) }] } });
  });

  it('is refused by default above 64 MiB, also where it would be longer than any text can be', async () => {
    await start();
    const aliases = Array.from({ length: 150 }, (_, index) => `a${index}: text`).join(' ');
    expect(await gateway.ask(`{ blocks(count: 1, length: 4194304) { ${aliases} } }`)).toMatchObject(tooLarge(64 * KiB * KiB));
    expect(await gateway.ask('{ blocks(count: 150, length: 4194304) { text } }')).toMatchObject(tooLarge(64 * KiB * KiB));
    const rootAliases = Array.from({ length: 150 }, (_, index) => `a${index}: blocks(count: 1, length: 4194304) { text }`).join(' ');
    expect(await gateway.ask(`{ ${rootAliases} }`)).toMatchObject(tooLarge(64 * KiB * KiB));
  });

  it('arrives whole, in whichever form it is asked for', async () => {
    await start();
    const variables = { count: 3, length: 100 * KiB + 1, of: '💥é' };
    const data = { blocks: Array.from({ length: 3 }, () => ({ text: '💥é'.repeat(100 * KiB + 1) })) };
    expect(await gateway.ask(query, variables, { 'accept-encoding': 'identity' })).toMatchObject({ status: 200, data });
    const packed = await new Promise<Buffer>((resolve, reject) => {
      httpRequest(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip' } }, (response) => {
        response.toArray().then((chunks: Buffer[]) => resolve(Buffer.concat(chunks)), reject);
      }).on('error', reject).end(JSON.stringify({ query, variables }));
    });
    expect(JSON.parse(String(gunzipSync(packed)))).toEqual({ data });
    expect(await overSocket(query, variables)).toEqual({ data });
    expect(await stream('text/event-stream', variables)).toBe(`:\n\nevent: next\ndata: ${JSON.stringify({ data })}\n\nevent: complete\ndata: \n\n`);
    expect(await stream('multipart/mixed;subscriptionSpec=1.0', variables)).toContain(`{"payload":${JSON.stringify({ data })}}\r\n--graphql--`);
  });

  describe('whose client does not read', () => {
    /** The gateway's ends of the connections to it. */
    const served = new Set<Socket>();
    const opened = (message: unknown): void => void served.add((message as { socket: Socket }).socket);
    beforeEach(() => diagnostics.subscribe('net.server.socket', opened));
    afterEach(() => {
      diagnostics.unsubscribe('net.server.socket', opened);
      served.clear();
    });
    const body = JSON.stringify({ query, variables: { count: 16, length: 1024 * KiB } });
    const stalled = async (headers: Record<string, string> = {}): Promise<RawConnection> => {
      const connection = await RawConnection.open(gateway.url);
      connection.pause();
      await connection.post(body, { 'accept-encoding': 'identity', ...headers });
      return connection;
    };

    it.each<Record<string, string>>([{}, { accept: 'text/event-stream' }])('is written in parts, and held back meanwhile: %j', async (headers) => {
      await start();
      const connections = await Promise.all(Array.from({ length: 4 }, () => stalled(headers)));
      await eventually(() => expect([...served].filter(({ writableNeedDrain }) => writableNeedDrain)).toHaveLength(4));
      for (const { writableLength } of served) expect(writableLength).toBeLessThan(256 * KiB);
      connections[0]?.resume();
      await connections[0]?.until((received) => received.length > 16 * 1024 * KiB);
      for (const connection of connections) connection.destroy();
    });

    it('ends when the client has read nothing for as long as it may', async () => {
      await start({ limits: { unreadResponseTimeoutMs: 100 } });
      const connection = await stalled();
      await eventually(() => expect(served.size).toBe(1));
      await eventually(() => expect([...served].every(({ destroyed }) => destroyed)).toBe(true));
      connection.resume();
      await connection.closed;
    });

    it('leaves no room for more than may wait for all clients, until one of them has stalled', async () => {
      await start({ limits: { maxUnreadResponseBytes: 20 * 1024 * KiB } });
      const first = await stalled();
      await eventually(() => expect([...served].some(({ writableNeedDrain }) => writableNeedDrain)).toBe(true));
      expect(await gateway.post(body)).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
      await eventually(async () => expect(await gateway.post(body)).toMatchObject({ status: 200 }));
      first.resume();
      await first.closed;
    });
  });
});
