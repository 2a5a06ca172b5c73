import { respondJson } from '@test-planning/kernel/http';
import { WebSocket } from 'ws';
import { RawConnection } from '../testing/raw-connection';
import { RunningShop } from '../testing/running-shop';

const lab = 'https://lab.example';
let shop: RunningShop;

beforeAll(async () => {
  shop = await RunningShop.start({ corsOrigins: [lab], queryPageDirectory: '/nowhere' }, {
    routes: [(request, response) => {
      if (request.url !== '/beside') return false;
      respondJson(response, 200, { message: 'Beside GraphQL' });
      return true;
    }],
  });
});
afterAll(() => shop.stop());

/** Sends a request with exactly these header lines, and resolves to its status. */
const send = async (line: string, headers: readonly string[]): Promise<number | undefined> => {
  const connection = await RawConnection.open(shop.url);
  await connection.write(`${line} HTTP/1.1\r\n${[...headers, 'connection: close'].map((header) => `${header}\r\n`).join('')}\r\n`);
  await connection.closed;
  return connection.statuses[0];
};

const asks = 'GET /graphql?query={stock}';
const trusted = 'apollo-require-preflight: 1';
const upgrade = ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-protocol: graphql-transport-ws'];

describe('a request for another host', () => {
  it.each(['/graphql?query={stock}', '/health/live', '/health/ready', '/beside', '/graphql', '/'])('is refused with 421: %s', async (path) => {
    expect(await send(`GET ${path}`, ['host: evil.example', trusted])).toBe(421);
  });

  it('is refused as an upgrade', async () => {
    expect(await send('GET /graphql', ['host: evil.example', ...upgrade])).toBe(421);
    expect(await send('GET /graphql', ['host: evil.example', 'origin: http://evil.example', ...upgrade])).toBe(421);
  });

  it('is not let in by what a proxy could have added', async () => {
    expect(await send(asks, ['host: evil.example', 'x-forwarded-host: localhost', 'forwarded: host=localhost', trusted])).toBe(421);
  });

  it('is refused when it has no host, or two', async () => {
    expect(await send(asks, [trusted])).toBe(400);
    expect(await send(asks, ['host: localhost', 'host: evil.example', trusted])).toBe(400);
    expect(await send('GET /graphql', ['host: localhost', 'Host: evil.example', ...upgrade])).toBe(400);
  });

  it('is let in by a name of the list', async () => {
    const named = await RunningShop.start({ allowedHosts: ['lab.example'] });
    const connection = await RawConnection.open(named.url);
    await connection.post('{"query":"{ stock }"}', { host: 'lab.example:443' });
    await connection.until(/"stock"/);
    connection.destroy();
    await named.stop();
  });
});

it('takes a request for a loopback name', async () => {
  expect(await send(asks, ['host: LOCALHOST.:4000', trusted])).toBe(200);
  expect(await send(asks, ['host: [::1]', trusted])).toBe(200);
});

describe('two authorization headers', () => {
  it('are refused, whichever of them is valid', async () => {
    expect(await send(asks, ['host: localhost', 'authorization: Bearer a', 'authorization: Bearer b'])).toBe(400);
    expect(await send(asks, ['host: localhost', 'authorization: Bearer a', 'Authorization: Bearer a'])).toBe(400);
    expect(await send('GET /graphql', ['host: localhost', 'authorization: Bearer a', 'AUTHORIZATION: Bearer b', ...upgrade])).toBe(400);
  });
});

describe('a page of another origin', () => {
  const beside = () => new URL('/beside', shop.url);

  it('may call a route beside GraphQL if its origin is listed', async () => {
    const preflight = await fetch(beside(), { method: 'OPTIONS', headers: { 'origin': lab, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin'), preflight.headers.get('access-control-allow-headers')]).toEqual([204, lab, 'content-type']);
    const answer = await fetch(beside(), { method: 'POST', headers: { origin: lab } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, lab]);
  });

  it('may not post to a route beside GraphQL otherwise', async () => {
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await fetch(beside(), { method: 'POST', headers: { origin } });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      const preflight = await fetch(beside(), { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('of the gateway itself may', async () => {
    expect((await fetch(beside(), { method: 'POST', headers: { origin: new URL(shop.url).origin } })).status).toBe(200);
    expect((await fetch(beside(), { method: 'POST' })).status).toBe(200);
  });
});

describe('the path of the endpoint', () => {
  it('may end with a slash, for requests and for sockets', async () => {
    const answer = await fetch(`${shop.url}/`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ stock }"}' });
    expect(answer.status).toBe(200);
    expect((await fetch(`${shop.url}/?query={stock}`, { headers: { 'apollo-require-preflight': '1' } })).status).toBe(200);
    const socket = new WebSocket(`${shop.socketUrl}/`, 'graphql-transport-ws');
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    socket.terminate();
  });

  it('is where the server\'s root leads', async () => {
    const { status, headers } = await fetch(new URL('/', shop.url), { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, '/graphql']);
  });
});
