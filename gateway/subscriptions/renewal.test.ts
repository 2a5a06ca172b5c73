import { composeServices } from '@apollo/composition';
import { eventually } from '@test-planning/kernel/testing';
import type { JWTPayload } from 'jose';
import { parse } from 'graphql';
import { Feed } from '../testing/feed';
import { ProtocolSocket } from '../testing/protocol-socket';
import { RunningShop } from '../testing/running-shop';
import { Issuer } from '../testing/tokens';
import { inProcessTransport } from '../transport/in-process-transport';

const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
const added = 'subscription($after: Cursor) { added(after: $after) { number } }';
const heard = 'subscription { heard { number } }';

describe('a client whose token', () => {
  let issuer: Issuer;
  let feed: Feed;
  let gateway: RunningShop;
  let isRevoked: (claims: JWTPayload) => boolean | Promise<boolean>;
  const sockets: ProtocolSocket[] = [];
  beforeAll(async () => { issuer = await Issuer.make(); });
  beforeEach(async () => {
    feed = new Feed();
    isRevoked = () => false;
    const sdl = feed.source().sdl.replace('"@composeDirective"', '"@composeDirective", "@requiresScopes"').replace('heard: Entry', 'heard: Entry @requiresScopes(scopes: [["hear"]])');
    const { supergraphSdl = '' } = composeServices([{ name: 'feed', typeDefs: parse(sdl), url: '' }]);
    gateway = await RunningShop.start({ supergraph: supergraphSdl, auth: issuer.auth, limits: { maxSocketsPerIdentity: 2, maxSubscriptionsPerIdentity: 3 } }, {
      transport: () => inProcessTransport({ schema: feed.schema(), contextOf: (headers) => ({ headers }) }),
      isRevoked: (claims) => isRevoked(claims),
    });
  });
  afterEach(async () => {
    for (const { socket } of sockets.splice(0)) socket.terminate();
    await gateway.stop();
  });
  type Claims = Parameters<Issuer['token']>[0];
  const enter = async (claims?: Claims) => {
    const socket = await ProtocolSocket.ready(gateway.socketUrl, await issuer.bearer(claims));
    sockets.push(socket);
    return socket;
  };
  const renew = async (socket: ProtocolSocket, claims?: Claims) => {
    const before = socket.messages.length;
    socket.send({ type: 'ping', payload: await issuer.bearer(claims) });
    return eventually(() => {
      const answer = socket.messages.slice(before).find((message) => message.type === 'pong');
      if (!answer) throw new Error('No answer yet');
      return answer;
    });
  };
  const numbers = (socket: ProtocolSocket, id: string) => socket.data(id).map((data) => Object.values(data as Record<string, { number: number }>)[0]?.number);

  it('is renewed goes on, at its place and with nothing lost, also where it says something else of its bearer', async () => {
    const socket = await enter();
    socket.subscribe('1', added, { variables: { after: '@0' } });
    feed.append('a');
    await eventually(() => expect(numbers(socket, '1')).toEqual([1]));
    expect(await renew(socket, { expires: inAnHour })).toEqual({ type: 'pong', payload: { authorization: { expiresAt: inAnHour * 1_000 } } });
    expect(feed.begun).toEqual(['@0']);
    const renewed = renew(socket, { expires: inAnHour, more: { team: 'red' } });
    for (let count = 0; count < 20; count += 1) feed.append('b');
    await renewed;
    feed.append('c');
    await eventually(() => expect(numbers(socket, '1')).toEqual(Array.from({ length: 22 }, (_, index) => index + 1)));
    // Elsewhere, and in one place only.
    expect(feed.begun).toHaveLength(2);
    expect(feed.open).toBe(1);
  });

  it('is not renewed goes on to its end', async () => {
    const socket = await enter({ expires: Math.floor(Date.now() / 1_000) + 2 });
    socket.subscribe('1', added);
    expect(await renew(socket, { subject: 'bob' })).toMatchObject({ payload: { authorization: { refused: 'The token is somebody else\'s' } } });
    expect(await renew(socket, { audience: 'others' })).toMatchObject({ payload: { authorization: { refused: 'The token\'s claim "aud" is not accepted' } } });
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('a');
    await eventually(() => expect(numbers(socket, '1')).toEqual([1]));
    expect(await socket.closed).toEqual({ code: 4403, reason: 'Forbidden: The token has expired' });
    await eventually(() => expect(feed.open).toBe(0));
  });

  it('allows less than before has what it does not allow any more ended, and nothing else', async () => {
    const socket = await enter({ scope: 'hear' });
    socket.subscribe('1', added, { variables: { after: '@0' } });
    socket.subscribe('2', heard);
    await eventually(() => expect(feed.open).toBe(2));
    await renew(socket, { scope: 'other' });
    expect(await socket.until(({ type }) => type === 'error')).toMatchObject({ id: '2', payload: [{ extensions: { code: 'FORBIDDEN' } }] });
    feed.append('a');
    await eventually(() => expect(numbers(socket, '1')).toEqual([1]));
    expect(feed.open).toBe(1);
    socket.subscribe('2', heard);
    await eventually(() => expect(socket.of('2')).toHaveLength(2));
  });

  it('says something else has what can\'t be resumed ended, which may be tried again', async () => {
    const socket = await enter({ scope: 'hear' });
    socket.subscribe('1', heard);
    await eventually(() => expect(feed.open).toBe(1));
    await renew(socket, { scope: 'hear', more: { team: 'red' } });
    expect(await socket.until(({ type }) => type === 'error')).toMatchObject({ id: '1', payload: [{ extensions: { code: 'UNAVAILABLE' } }] });
    socket.subscribe('1', heard);
    await eventually(() => expect(feed.begun).toHaveLength(2));
    feed.append('a');
    await eventually(() => expect(numbers(socket, '1')).toEqual([1]));
  });

  it('is revoked has nothing more carried out, though it leaves its closing unanswered', async () => {
    const socket = await enter();
    socket.subscribe('1', added);
    await eventually(() => expect(feed.open).toBe(1));
    socket.socket.pause();
    isRevoked = () => true;
    expect(gateway.endSessions(({ sub }) => sub === 'ada')).toBe(1);
    socket.subscribe('2', 'mutation { append(text: "late") }');
    socket.socket.resume();
    expect(await socket.closed).toEqual({ code: 4403, reason: 'Forbidden: The session was ended' });
    await eventually(() => expect(feed.open).toBe(0));
    expect(feed.append('first')).toBe(1);
    const again = await ProtocolSocket.open(gateway.socketUrl);
    again.send({ type: 'connection_init', payload: await issuer.bearer() });
    expect((await again.closed).code).toBe(4403);
  });

  it('is judged while its client leaves leaves nothing behind', async () => {
    const socket = await enter();
    const judged = Promise.withResolvers<boolean>();
    let isAsked = false;
    isRevoked = () => {
      isAsked = true;
      return judged.promise;
    };
    socket.send({ type: 'ping', payload: await issuer.bearer() });
    await eventually(() => expect(isAsked).toBe(true));
    socket.socket.terminate();
    isRevoked = () => false;
    // As many as may be open at once: the gateway knows that the first has gone.
    await eventually(() => enter());
    await eventually(() => enter());
    judged.resolve(false);
    await sockets.at(-1)?.settled();
    expect(gateway.endSessions(() => true)).toBe(2);
  });

  it('names an identity has no more sockets and subscriptions than that may have, and gets back what it lets go of', async () => {
    const [one, another] = [await enter(), await enter()];
    const third = await ProtocolSocket.open(gateway.socketUrl);
    third.send({ type: 'connection_init', payload: await issuer.bearer() });
    expect(await third.closed).toEqual({ code: 1013, reason: 'Too many sockets: at most 2 of one identity' });
    for (const id of ['1', '2']) one.subscribe(id, added);
    another.subscribe('1', added);
    await another.settled();
    await one.settled();
    another.subscribe('2', added);
    expect(await another.until(({ type }) => type === 'error')).toMatchObject({ id: '2', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    one.send({ type: 'complete', id: '1' });
    await one.settled();
    another.subscribe('3', added);
    await another.settled();
    expect(another.of('3')).toEqual([]);
    one.socket.terminate();
    await eventually(async () => {
      const again = await enter();
      again.subscribe('1', added);
      await again.settled();
      expect(again.of('1')).toEqual([]);
    });
  });
});
