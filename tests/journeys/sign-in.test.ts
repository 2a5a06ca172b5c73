import { connect } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { send } from '../system/http';

describe('The sign-in', () => {
  let crowd: Crowd;
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  afterAll(() => crowd.leave());

  const signIn = (body: unknown) =>
    send(crowd.system, {
      path: '/sign-in',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it.each([
    ['alice', 'alpha', false],
    ['bob', 'alpha', false],
    ['olga', 'alpha', true],
    ['carol', 'beta', false],
  ])('lets %s into lab %s', async (username, lab, operator) => {
    const { status, text, headers } = await signIn({ username, password: `${username}-demo` });
    const { token, expiresAt } = JSON.parse(text) as { token: string; expiresAt: string };
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    const { me } = await connect(crowd.system.url, token).data('{ me { user { userId name } lab scopes unreadNotifications } }');
    expect(me).toMatchObject({ user: { userId: username }, lab });
    expect(me.scopes.includes('operations')).toBe(operator);
    expect(me.scopes).toEqual(expect.arrayContaining(['experiments:read', 'experiments:write', 'methods:read', 'methods:write']));
  });

  it.each([
    [{ username: 'alice', password: 'wrong' }],
    [{ username: 'nobody', password: 'nobody-demo' }],
    [{ username: 'alice', password: '' }],
  ])('refuses %j, whoever exists', async (body) => {
    const { status, text } = await signIn(body);
    expect(status).toBe(401);
    expect(text).not.toMatch(/token/);
    expect(text).toBe((await signIn({ username: 'alice', password: 'also wrong' })).text);
  });

  it.each([['{'], ['[]'], ['null'], [{ username: 'alice' }], [{ username: ['alice'], password: {} }]])(
    'answers %j with 400',
    async (body) => {
      expect((await signIn(body)).status).toBe(400);
    },
  );

  it('checks only so many passwords at once, and tells the others when to come back', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => signIn({ username: 'alice', password: 'alice-demo' })));
    expect([200, 429]).toEqual(expect.arrayContaining([...new Set(answers.map(({ status }) => status))]));
    for (const { status, headers, text } of answers) {
      if (status === 429)
        expect([headers.get('retry-after'), text]).toEqual([expect.stringMatching(/^\d+$/), expect.stringContaining('RATE_LIMITED')]);
    }
    expect((await signIn({ username: 'alice', password: 'alice-demo' })).status).toBe(200);
  });

  it('needs POST', async () => {
    expect((await send(crowd.system, { method: 'GET', path: '/sign-in' })).status).toBe(405);
  });
});
