import { connect, type LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { send } from '../system/http';
import { signedWith } from '../system/signing';
import { closing, initiate } from '../system/socket';
import { anExperiment } from './steps/commands';
import { forgedTokens } from './steps/forged-tokens';

const wrongs = [
  'has expired',
  'is not good yet',
  'is of another issuer',
  'is for another audience',
  'is signed by another key',
  'is signed by another key of another kind',
  'is signed with the public key as a shared secret',
  "is signed with the public key's bytes as a shared secret",
  'says alg none',
  'says alg None',
  'has lost its signature',
  'has other claims than were signed',
  'brings its own key',
  'is garbage',
  'is garbage in three parts',
];

describe('A token', () => {
  let crowd: Crowd;
  let alice: LabClient;
  let forged: Record<string, string>;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
    forged = await forgedTokens(crowd.system, alice.token);
  });
  afterAll(() => crowd.leave());

  const post = (query: string, headers: Record<string, string>) =>
    send(crowd.system, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query }) });

  it.each(wrongs)('that %s is refused over HTTP, with nothing done', async (wrong) => {
    for (const query of ['{ me { lab } }', 'mutation { createExperiment(input: { name: "Forged" }) { id } }']) {
      const { status, data, errors, text } = await post(query, { authorization: `Bearer ${forged[wrong]}` });
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      expect(status).toBe(401);
      expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
      expect(text).not.toMatch(/stack|node_modules|jose/i);
    }
    expect((await alice.data('{ experiments(filter: { search: "Forged" }) { totalCount } }')).experiments.totalCount).toBe(0);
  });

  it.each(wrongs)('that %s opens no socket', async (wrong) => {
    const end = await initiate(crowd.system, { authorization: `Bearer ${forged[wrong]}` });
    expect(end).toMatchObject({ kind: 'closed' });
    expect([4401, 4403]).toContain(end.kind === 'closed' && end.code);
  });

  it('is read after "Bearer" in any case, and other ways to present one are refused', async () => {
    expect((await post('{ me { user { userId } } }', { authorization: `bearer ${alice.token}` })).data).toEqual({
      me: { user: { userId: 'alice' } },
    });
    for (const authorization of [alice.token, `Basic ${alice.token}`, `Bearer ${alice.token} ${alice.token}`]) {
      expect((await post('{ me { lab } }', { authorization })).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
  });

  it.each(['authorization', 'Authorization'])('is taken from %s in connection_init', async (name) => {
    const end = await initiate(crowd.system, { [name]: `Bearer ${alice.token}` });
    expect(end.kind).toBe('acknowledged');
    if (end.kind === 'acknowledged') end.socket.close();
  });

  it('that is missing lets nobody read, write or subscribe', async () => {
    const nobody = connect(crowd.system.url, '');
    for (const query of [
      '{ me { lab } }',
      '{ experiments { totalCount } }',
      '{ feedPosition }',
      'mutation { createExperiment(input: { name: "Nobody" }) { id } }',
    ]) {
      const { data, errors } = await post(query, {});
      expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED']);
      expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    }
    expect((await alice.data('{ experiments(filter: { search: "Nobody" }) { totalCount } }')).experiments.totalCount).toBe(0);
    const end = await initiate(crowd.system);
    if (end.kind === 'acknowledged') {
      end.socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { experimentChanged { cursor } }' } }));
      const answer = await new Promise<string>((resolve) =>
        end.socket.once('message', (message: Buffer) => resolve(message.toString('utf8'))),
      );
      expect(JSON.parse(answer)).toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      end.socket.close();
    } else {
      expect([4401, 4403]).toContain(end.code);
    }
    await nobody.close();
  });

  it('that ends takes its socket with it', async () => {
    const ending = await signedWith(crowd.system, alice.token, { exp: Math.floor(Date.now() / 1000) + 4 });
    const end = await initiate(crowd.system, { authorization: `Bearer ${ending}` });
    if (end.kind !== 'acknowledged') throw new Error(`Closed at once: ${end.reason}`);
    end.socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { experimentChanged { cursor } }' } }));
    const { code, reason } = await closing(end.socket);
    expect([4401, 4403]).toContain(code);
    expect(reason).toMatch(/expired/i);
    expect((await post('{ me { lab } }', { authorization: `Bearer ${ending}` })).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  it.each([
    ['no lab', { lab: undefined }],
    ['an empty lab', { lab: '' }],
    ['a lab that is no name', { lab: 'alpha/experiment' }],
    ['a lab that is no text', { lab: 7 }],
    ['no user', { sub: undefined }],
  ])('with %s, though rightly signed, gives nothing', async (_, changes) => {
    const token = await signedWith(crowd.system, alice.token, changes);
    for (const query of ['{ experiments { totalCount } }', 'mutation { createExperiment(input: { name: "X" }) { id } }']) {
      const { data, errors } = await post(query, { authorization: `Bearer ${token}` });
      expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
      expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    }
  });

  it('gone bad leaves the system as it was', async () => {
    expect(await anExperiment(alice)).toEqual(expect.any(String));
  });
});
