import { EventEmitter, on, once } from 'node:events';
import { connect } from 'node:net';
import { GraphQLError } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { SignJWT } from 'jose';
import { Arg, Ctx, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { WebSocket } from 'ws';
import { UnavailableError } from '../../health';
import { silentLogger } from '../../telemetry';
import { eventually } from '../../testing/eventually';
import { buildSubgraph, contextFrom, identityVerifier, type SubgraphContext } from '..';
import type { Serves, SubgraphLimits } from './config';
import { serveSubgraph, type RunningSubgraph } from '.';

const secret = 'a secret of thirty-two bytes, yes';
const identityOf = (userId: string): Promise<string> =>
  new SignJWT({ lab: 'alpha', scopes: [] }).setProtectedHeader({ alg: 'HS256' }).setIssuer('gateway').setAudience('subgraphs').setSubject(userId)
    .setExpirationTime('1 minute').sign(new TextEncoder().encode(secret));

/** What the resolvers of one test did, and what lets them go on. */
class Bench {
  readonly bell = new EventEmitter().setMaxListeners(0);
  flooded = 0;
  readonly taken = Promise.withResolvers<undefined>();
  readonly gate = Promise.withResolvers<undefined>();

  /** Subscriptions that nobody has left. */
  get open(): number {
    return this.bell.listenerCount('ring');
  }
}
let bench = new Bench();

/** No async generator: one of those can't be left while it waits for its next event. */
function rings(who: string): AsyncIterableIterator<{ text: string }> {
  const source = on(bench.bell, 'ring');
  return {
    next: async () => {
      const step = await source.next();
      return step.done === true ? { value: undefined, done: true } : { value: { text: `${who} hears ${String((step.value as unknown[])[0])}` }, done: false };
    },
    return: async () => {
      await source.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* flood(): AsyncGenerator<{ text: string }> {
  const taps = bench;
  for (;;) {
    taps.flooded += 1;
    yield await Promise.resolve({ text: 'x'.repeat(100_000) });
  }
}

async function* failing(): AsyncGenerator<{ text: string }> {
  yield await Promise.resolve({ text: 'one' });
  throw new TypeError('a secret of the inside');
}

@Resolver()
class BellResolver {
  @Query(() => String)
  who(@Ctx() { identity }: SubgraphContext): string {
    return identity.userId;
  }

  @Query(() => String)
  async slow(): Promise<string> {
    bench.taken.resolve(undefined);
    await bench.gate.promise;
    return 'done';
  }

  @Query(() => String)
  stored(): string {
    throw new UnavailableError('MongoDB', new Error('no primary'));
  }

  @Mutation(() => Int)
  add(@Arg('amount', () => Int) amount: number): number {
    return amount + 1;
  }

  @Subscription(() => String, { subscribe: ({ context }) => rings((context as SubgraphContext).identity.userId) })
  bell(@Root() { text }: { text: string }): string {
    return text;
  }

  @Subscription(() => String, { subscribe: () => flood() })
  flood(@Root() { text }: { text: string }): string {
    return text;
  }

  @Subscription(() => String, { subscribe: () => failing() })
  failing(@Root() { text }: { text: string }): string {
    return text;
  }

  @Subscription(() => String, { subscribe: () => { throw new GraphQLError('Too old', { extensions: { code: 'CURSOR_EXPIRED' } }); } })
  refused(@Root() { text }: { text: string }): string {
    return text;
  }
}

describe('a subgraph that is served', () => {
  let server: RunningSubgraph;
  const clients: Client[] = [];
  let problem: string | undefined;

  const start = async (serves: Serves = 'both', limits: Partial<SubgraphLimits> = {}): Promise<void> => {
    const subgraph = buildSubgraph({ name: 'bells', resolvers: [new BellResolver()], errors: silentLogger });
    const contextOf = contextFrom(identityVerifier({ secret, now: () => new Date() }));
    server = await serveSubgraph(
      { ...subgraph, contextOf }, { host: '127.0.0.1', port: 0, serves, limits },
      { logger: silentLogger, ready: () => ({ ok: problem === undefined, details: { store: problem ?? 'fine' } }) },
    );
  };
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    return { status: response.status, ...await response.json() as { data?: unknown; errors?: { message: string; extensions: Record<string, unknown> }[] } };
  };
  const ask = async (query: string, headers?: Record<string, string>) => post(JSON.stringify({ query }), headers);
  const client = (connectionParams?: Record<string, string>, onClosed?: (code: number) => void): Client => {
    const opened = createClient({
      url: server.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, ...(connectionParams && { connectionParams }),
      on: { closed: (event) => onClosed?.((event as { code: number }).code) },
    });
    clients.push(opened);
    return opened;
  };
  /** One subscriber's results as they come. */
  const listen = (through: Client, query: string, headers?: Record<string, string>): { data?: unknown; errors?: unknown }[] => {
    const heard: { data?: unknown; errors?: unknown }[] = [];
    through.subscribe({ query, ...(headers && { extensions: { headers } }) }, {
      next: (result) => void heard.push(result), error: (errors) => void heard.push({ errors }), complete: () => undefined,
    });
    return heard;
  };
  const health = async (path: string) => {
    const response = await fetch(new URL(path, server.url));
    return { status: response.status, body: await response.json() as unknown };
  };

  beforeEach(() => {
    problem = undefined;
    bench = new Bench();
  });
  afterEach(async () => {
    for (const opened of clients.splice(0)) await opened.dispose();
    await server.stop({ graceMs: 100 });
  });

  it('answers queries and mutations, and tells its SDL', async () => {
    await start();
    expect(await ask('mutation { add(amount: 1) }')).toEqual({ status: 200, data: { add: 2 } });
    expect(await ask('{ who }', { 'gateway-identity': await identityOf('ada') })).toEqual({ status: 200, data: { who: 'ada' } });
    expect(await ask('{ who }')).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(await ask('{ _service { sdl } __schema { queryType { name } } }')).toMatchObject({ data: { _service: { sdl: expect.stringContaining('type Subscription') } } });
  });

  it('says that a store is out of reach, and that trying again helps', async () => {
    await start();
    const { errors } = await ask('{ stored }');
    expect(errors).toMatchObject([{ message: 'This can\'t be answered right now. Try again.', extensions: { code: 'UNAVAILABLE' } }]);
    expect(JSON.stringify(errors)).not.toContain('primary');
  });

  it('takes only JSON by POST, of a bounded size', async () => {
    await start('both', { maxBodyBytes: 1_000 });
    expect((await fetch(`${server.url}?query=%7Bwho%7D`)).status).toBe(405);
    expect((await post('{"query":"{ who }"}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(JSON.stringify({ query: `{ who } #${'x'.repeat(1_000)}` }))).status).toBe(413);
    expect((await post('{"query":')).status).toBe(400);
  });

  describe('in part', () => {
    const refusals = (message: string) => ({ errors: [{ message, extensions: { code: 'NOT_SERVED_HERE' } }] });

    it('for commands: mutations, and what a gateway needs to know', async () => {
      await start('commands');
      expect((await ask('mutation { add(amount: 1) }')).data).toEqual({ add: 2 });
      expect(await ask('query Q { ...F } fragment F on Query { __typename _service { sdl } }')).toMatchObject({ data: { __typename: 'Query' } });
      for (const query of ['{ who }', '{ __typename who }', '{ ...F } fragment F on Query { who }']) expect(await ask(query)).toMatchObject(refusals('This process serves commands only.'));
      expect((await health('/health/ready')).status).toBe(200);
      const heard = listen(client(), 'subscription { bell }', { 'gateway-identity': await identityOf('ada') });
      await eventually(() => expect(heard).toMatchObject([{ errors: [{ extensions: { code: 'NOT_SERVED_HERE' } }] }]));
    });

    it('for queries: everything but mutations', async () => {
      await start('queries');
      expect((await ask('{ who }', { 'gateway-identity': await identityOf('ada') })).data).toEqual({ who: 'ada' });
      expect(await ask('mutation { add(amount: 1) }')).toMatchObject(refusals('This process serves queries only.'));
    });
  });

  it('tells its health', async () => {
    await start();
    expect(await health('/health/live')).toEqual({ status: 200, body: { status: 'live' } });
    expect(await health('/health/ready')).toEqual({ status: 200, body: { status: 'ready', store: 'fine' } });
    problem = 'no primary';
    expect(await health('/health/ready')).toEqual({ status: 503, body: { status: 'not ready', store: 'no primary' } });
  });

  describe('over a socket', () => {
    it('keeps apart who asks on one socket, and takes nobody for another', async () => {
      await start();
      const shared = client({ 'gateway-identity': await identityOf('cleo') });
      const [ada, bob] = await Promise.all([identityOf('ada'), identityOf('bob')]);
      const heard = [listen(shared, 'subscription { bell }', { 'gateway-identity': ada }), listen(shared, 'subscription { bell }', { 'gateway-identity': bob }), listen(shared, 'subscription { bell }')];
      const nobody = listen(shared, 'subscription { bell }', {});
      await eventually(() => expect(bench.open).toBe(3));
      bench.bell.emit('ring', 'it');
      await eventually(() => expect(heard).toEqual([[{ data: { bell: 'ada hears it' } }], [{ data: { bell: 'bob hears it' } }], [{ data: { bell: 'cleo hears it' } }]]));
      // An operation that brings headers is nobody's but theirs, whatever the socket was opened with.
      expect(nobody).toMatchObject([{ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }]);
    });

    it('hands on what a subscription is refused for, and masks what nobody expected', async () => {
      await start();
      const shared = client();
      const refused = listen(shared, 'subscription { refused }');
      const failed = listen(shared, 'subscription { failing }');
      const wrong = listen(shared, 'subscription { nothing }');
      const query = listen(shared, '{ who }');
      await eventually(() => {
        expect(refused).toMatchObject([{ errors: [{ message: 'Too old', extensions: { code: 'CURSOR_EXPIRED' } }] }]);
        expect(failed).toMatchObject([{ data: { failing: 'one' } }, { errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) } }] }]);
        expect(wrong).toMatchObject([{ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }]);
        expect(query).toMatchObject([{ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }]);
      });
    });

    it('carries so many subscriptions and no more', async () => {
      await start('both', { maxOperationsPerSocket: 2 });
      const shared = client();
      const headers = { 'gateway-identity': await identityOf('ada') };
      const heard = [1, 2, 3].map(() => listen(shared, 'subscription { bell }', headers));
      await eventually(() => expect(heard[2]).toMatchObject([{ errors: [{ extensions: { code: 'RATE_LIMITED' } }] }]));
      await eventually(() => expect(bench.open).toBe(2));
    });

    it('takes no more events than a peer that does not read can be sent', async () => {
      await start('both', { maxBufferedBytes: 1_000_000 });
      const socket = new WebSocket(server.url.replace('http', 'ws'), 'graphql-transport-ws');
      await once(socket, 'open');
      socket.send('{"type":"connection_init"}');
      await once(socket, 'message');
      socket.pause();
      const subscriptions = 200;
      for (let id = 1; id <= subscriptions; id += 1) {
        socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload: { query: 'subscription { flood }' } }));
        // A round trip, in which it can take its first event if there is room.
        await ask('{ __typename }');
      }
      let before = -1;
      // Each request gives the flood many turns of the event loop; when none of them lets it rise, it has come to a stop.
      while (before !== bench.flooded) {
        before = bench.flooded;
        for (let request = 0; request < 20; request += 1) await ask('{ __typename }');
      }
      // What the operating system holds, what the bound lets wait, and nothing for each of the many subscriptions on top.
      expect(bench.flooded).toBeLessThan(150);
      socket.resume();
      await eventually(() => expect(bench.flooded).toBeGreaterThan(before + 2 * subscriptions));
      socket.terminate();
    });
  });

  describe('and stops', () => {
    it('lets requests in flight finish, closes sockets with 1001, and takes nothing new', async () => {
      await start();
      const code = Promise.withResolvers<number>();
      listen(client(undefined, code.resolve), 'subscription { bell }', { 'gateway-identity': await identityOf('ada') });
      await eventually(() => expect(bench.open).toBe(1));
      const inFlight = ask('{ slow }');
      await bench.taken.promise;
      let stopped = false;
      const stopping = server.stop({ graceMs: 10_000 }).then(() => { stopped = true; });
      expect(await code.promise).toBe(1001);
      const refused = connect(server.port, '127.0.0.1');
      await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      expect(stopped).toBe(false);
      bench.gate.resolve(undefined);
      expect((await inFlight).data).toEqual({ slow: 'done' });
      await stopping;
      expect(bench.open).toBe(0);
    });

    it('waits no longer than it was told to', async () => {
      await start();
      const inFlight = ask('{ slow }');
      inFlight.catch(() => undefined);
      await bench.taken.promise;
      await server.stop({ graceMs: 50 });
      await expect(inFlight).rejects.toThrow();
    });
  });
});
