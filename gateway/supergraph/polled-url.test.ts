import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { eventually } from '@test-planning/kernel/testing';
import { polledUrl } from './polled-url';
import { SupergraphUnavailable } from './supergraph-source';

const refuse = (): never => {
  throw new Error('An address asks no subgraph');
};

describe('a polled address', () => {
  let server: Server;
  let url: URL;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let asked: IncomingMessage[];
  let told: string[];
  let failures: string[];
  let confirmations: number;
  let cleanup: (() => Promise<void>) | undefined;

  async function poll(options: object = {}, address = url): Promise<string> {
    const started = await polledUrl(address, { pollMs: 5, attemptsAtStart: 1, ...options }).initialize({
      update: (sdl) => void told.push(sdl),
      failed: ({ message }) => void failures.push(message),
      confirmed: () => void (confirmations += 1),
      getDataSource: refuse, healthCheck: refuse,
    });
    cleanup = started.cleanup;
    return started.supergraphSdl;
  }

  /** With an ETag, as such servers do. */
  const holding = (sdl: string): typeof answer => (request, response) => {
    const tag = `"${sdl.length}"`;
    if (request.headers['if-none-match'] === tag) response.writeHead(304).end();
    else response.setHeader('etag', tag).end(sdl);
  };

  beforeEach(async () => {
    [asked, told, failures, confirmations, cleanup] = [[], [], [], 0, undefined];
    answer = holding('first');
    server = createServer((request, response) => {
      asked.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/supergraph`);
  });
  afterEach(async () => {
    await cleanup?.();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is told when there is another, and asked no more than whether there is while there isn\'t', async () => {
    expect(await poll()).toBe('first');
    await eventually(() => expect(confirmations).toBeGreaterThan(2));
    expect(asked.slice(1).every(({ headers }) => headers['if-none-match'] === '"5"')).toBe(true);
    expect(told).toEqual([]);
    answer = holding('second');
    await eventually(() => expect(told).toEqual(['second']));
    await eventually(() => expect(asked.at(-1)?.headers['if-none-match']).toBe('"6"'));
  });

  it('takes a server\'s last change where it has no tag, and does without both', async () => {
    answer = (_, response) => response.setHeader('last-modified', 'Sat, 21 Nov 2026 00:00:00 GMT').end('first');
    await poll();
    await eventually(() => expect(asked.at(-1)?.headers['if-modified-since']).toBe('Sat, 21 Nov 2026 00:00:00 GMT'));
    answer = (_, response) => response.end('second');
    await eventually(() => expect(told.at(-1)).toBe('second'));
    await eventually(() => expect(asked.at(-1)?.headers).not.toHaveProperty('if-modified-since'));
  });

  it.each<[string, typeof answer, object, RegExp]>([
    ['an error', (_, response) => response.writeHead(500).end('no'), {}, /it answers with status 500$/],
    ['nothing new, unasked', (_, response) => response.writeHead(204).end(), {}, /it answers with status 204$/],
    ['silence', () => undefined, { timeoutMs: 300 }, /timeout/],
    ['half an answer', (_, response) => response.writeHead(200, { 'content-length': 9 }).write('sec'), { timeoutMs: 300 }, /timeout|terminated/],
    ['too much', (_, response) => response.end('x'.repeat(2_000)), { maxBytes: 1_000 }, /it has more than 1000 bytes$/],
    ['too much, packed', (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(2_000))), { maxBytes: 1_000 }, /it has more than 1000 bytes$/],
    ['no text', (_, response) => response.end(Buffer.from([0xff, 0xfe, 0x00])), {}, /not valid/],
    ['a broken connection', ({ socket }) => socket.destroy(), {}, /fetch failed/],
    ['a way round in circles', (_, response) => response.writeHead(302, { location: '/supergraph' }).end(), {}, /redirect/],
  ])('tells that it failed when the server answers with %s, and goes on', async (_, wrong, options, reason) => {
    await poll(options);
    answer = wrong;
    await eventually(() => expect(failures.at(-1)).toMatch(reason));
    expect(failures.at(-1)).toContain(`${url.href} can't be had: `);
    expect(told).toEqual([]);
    answer = holding('second');
    await eventually(() => expect(told).toEqual(['second']));
  });

  it('asks half as often each time that it fails, at most every five minutes, and as before when it is there again', async () => {
    const pauses: number[] = [];
    const wait = (ms: number) => {
      pauses.push(ms);
      return new Promise<void>(setImmediate);
    };
    await poll({ pollMs: 100_000, wait });
    answer = (_, response) => response.writeHead(500).end();
    await eventually(() => expect(failures.length).toBeGreaterThan(4));
    const failing = pauses.slice(-3);
    expect(failing.every((ms) => ms >= 240_000 && ms <= 360_000)).toBe(true);
    expect(pauses.some((ms) => ms >= 160_000 && ms < 240_000)).toBe(true);
    answer = holding('first');
    await eventually(() => expect(pauses.at(-1)).toBeLessThan(121_000));
    expect(new Set(pauses).size).toBe(pauses.length);
  });

  it('keeps a user and a password to itself', async () => {
    const secret = new URL(url);
    [secret.username, secret.password] = ['me', 'p%40ss'];
    const source = polledUrl(secret, { attemptsAtStart: 1 });
    expect(source.source).toBe(url.href);
    await poll({}, secret);
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  it('has to answer at the start, within a few attempts', async () => {
    answer = (_, response) => response.writeHead(503).end();
    await expect(poll()).rejects.toThrow(SupergraphUnavailable);
    expect(asked).toHaveLength(1);
    answer = (request, response) => asked.length < 3 ? response.writeHead(503).end() : holding('first')(request, response);
    expect(await poll({ attemptsAtStart: 2 })).toBe('first');
  });

  it('ends at once, though an answer is awaited', async () => {
    await poll({ timeoutMs: 60_000 });
    answer = () => undefined;
    const before = asked.length;
    await eventually(() => expect(asked.length).toBeGreaterThan(before));
    await cleanup?.();
    expect(failures).toEqual([]);
  });
});
