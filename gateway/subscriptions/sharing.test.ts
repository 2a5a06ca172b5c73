import { composeServices } from '@apollo/composition';
import { eventually } from '@test-planning/kernel/testing';
import { parse } from 'graphql';
import { Feed } from '../testing/feed';
import { ProtocolSocket } from '../testing/protocol-socket';
import { RunningShop } from '../testing/running-shop';
import { Issuer } from '../testing/tokens';
import { ToldSupergraph } from '../testing/told-supergraph';
import { inProcessTransport } from '../transport/in-process-transport';
import type { SubgraphRequest } from '../transport/subgraph-transport';

describe('subscriptions of several clients', () => {
  let issuer: Issuer;
  let feed: Feed;
  let gateway: RunningShop;
  let supergraph: ToldSupergraph;
  /** What the subgraph was subscribed to. */
  let upstream: SubgraphRequest[];
  beforeAll(async () => { issuer = await Issuer.make(); });
  beforeEach(async () => {
    feed = new Feed();
    upstream = [];
    supergraph = new ToldSupergraph(sdlWith('["team"]'));
    gateway = await RunningShop.start({ supergraph, auth: issuer.auth, internalIdentity: { secret: 's'.repeat(32) }, headers: { propagate: [{ name: 'x-tenant' }] } }, {
      transport: () => {
        const transport = inProcessTransport({ schema: feed.schema(), contextOf: (headers) => ({ headers }) });
        return {
          ...transport,
          subscribe: (request) => {
            upstream.push(request);
            return transport.subscribe(request);
          },
        };
      },
    });
  });

  /** `identity`: as it stands in @resumable; none where it is empty. */
  const sdlWith = (identity: string): string => {
    const { sdl } = feed.source();
    const changed = identity === '' ? sdl : sdl.replace('argument: "after")', `argument: "after", identity: ${identity})`);
    const { supergraphSdl } = composeServices([{ name: 'feed', typeDefs: parse(changed), url: '' }]);
    return supergraphSdl ?? '';
  };

  const served = async (): Promise<string> => {
    const response = await fetch(new URL('/health/ready', gateway.url));
    return (await response.json() as { supergraph: { id: string } }).supergraph.id;
  };
  const tell = async (identity: string) => {
    const before = await served();
    supergraph.tell(sdlWith(identity));
    await eventually(async () => expect(await served()).not.toBe(before));
  };

  const sockets: ProtocolSocket[] = [];
  afterEach(async () => {
    for (const { socket } of sockets.splice(0)) socket.terminate();
    await gateway.stop();
  });
  const join = async (query: string, { variables = {}, tenant = '', ...claims }: { variables?: object; tenant?: string } & Parameters<Issuer['token']>[0] = {}) => {
    const socket = await ProtocolSocket.open(gateway.socketUrl, tenant === '' ? {} : { headers: { 'x-tenant': tenant } });
    sockets.push(socket);
    socket.send({ type: 'connection_init', payload: await issuer.bearer(claims) });
    await socket.until(({ type }) => type === 'connection_ack');
    socket.subscribe('1', query, { variables });
    await socket.settled();
    return socket;
  };
  const added = 'subscription($only: String, $after: Cursor) { added(only: $only, after: $after) { number who } }';
  const first = (socket: ProtocolSocket) => eventually(() => {
    const [data] = socket.data('1');
    if (data === undefined) throw new Error('Nothing came');
    return data as { added: { number: number } };
  });

  it.each<[string, string, object, string, object]>([
    ['white space', added, {}, added.replaceAll(' ', '\n  ').replace('($only', ' Named ($only'), {}],
    ['the order of their variables', added, { only: 'a', after: null }, 'subscription($after: Cursor, $only: String) { added(only: $only, after: $after) { number who } }', { after: null, only: 'a' }],
    ['a variable that is not given and one that has a default', 'subscription { added { number } }', {}, 'subscription($unused: Cursor = null) { added(after: $unused) { number } }', {}],
  ])('share an upstream though they differ in %s', async (_, one, oneVariables, another, otherVariables) => {
    const clients = [await join(one, { variables: oneVariables }), await join(another, { variables: otherVariables })];
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('a');
    for (const client of clients) expect((await first(client)).added.number).toBe(1);
    expect(upstream).toHaveLength(1);
  });

  it('share it wherever they say their place, and once they have come to one', async () => {
    for (const text of ['a', 'b', 'c']) feed.append(text);
    const clients = [
      await join('subscription { added(after: "@1") { number } }'),
      await join('subscription($after: Cursor) { added(after: $after) { number } }', { variables: { after: '@1' } }),
      await join('subscription($place: Cursor = "@2") { added(after: $place) { number } }'),
      await join('subscription { added { number } }'),
    ];
    await eventually(() => expect(clients.map((client) => client.data('1').length)).toEqual([2, 2, 1, 0]));
    feed.append('d');
    await eventually(() => expect(clients.map((client) => client.data('1').length)).toEqual([3, 3, 2, 1]));
    await eventually(() => expect(feed.open).toBe(1));
  });

  it.each<[string, Parameters<typeof join>[1], Parameters<typeof join>[1]]>([
    ['a variable', { variables: { only: 'a' } }, { variables: { only: 'b' } }],
    ['a variable that is null, and one that is left out', { variables: { only: null } }, {}],
    ['a claim that counts', { more: { team: 'blue' } }, { more: { team: 'red' } }],
    ['a claim that is null, and one that is not there', { more: { team: null } }, { more: { team: undefined } }],
    ['a header that goes upstream', { tenant: 'one' }, { tenant: 'two' }],
  ])('share nothing where they differ in %s', async (_, one, another) => {
    await join(added, one);
    await join(added, another);
    await eventually(() => expect(feed.open).toBe(2));
  });

  it('share it across persons where the field says that it depends on something else, and never where it does not', async () => {
    const other = 'subscription { heard { number who } }';
    for (const query of [added, other]) {
      await join(query, { subject: 'ada' });
      await join(query, { subject: 'bob' });
    }
    await eventually(() => expect(feed.open).toBe(3));
    feed.append('a');
    const heardAs = (socket: ProtocolSocket | undefined) => eventually(() => {
      const [data] = (socket?.data('1') ?? []) as { heard: { who: string } }[];
      if (!data) throw new Error('Nothing came');
      return (JSON.parse(Buffer.from(data.heard.who.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }).sub;
    });
    expect(await heardAs(sockets[2])).toBe('ada');
    expect(await heardAs(sockets[3])).toBe('bob');
  });

  it('go on by another supergraph, those as well that it makes equal', async () => {
    await tell('["team", "sub"]');
    const clients: ProtocolSocket[] = [];
    for (const subject of ['ada', 'bob']) clients.push(await join(added, { subject }));
    await eventually(() => expect(feed.open).toBe(2));
    feed.append('a');
    for (const client of clients) await first(client);
    // Now both are one group's; then each has one of its own again.
    let count = 1;
    for (const identity of ['["team"]', '["team", "sub"]', '["team"]', '']) {
      await tell(identity);
      count = feed.append('more');
      for (const client of clients) await eventually(() => expect(client.data('1')).toHaveLength(count));
    }
    for (const client of clients) expect(client.data('1').map((data) => (data as { added: { number: number } }).added.number)).toEqual([1, 2, 3, 4, 5]);
    // None is left behind on a former one: what is gone ends for both.
    supergraph.tell(sdlWith('').replaceAll('added(', 'gone('));
    for (const client of clients) expect(await client.until(({ type }) => type === 'error')).toMatchObject({ payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
    await eventually(() => expect(feed.open).toBe(0));
  });
});
