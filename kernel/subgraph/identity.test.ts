import { SignJWT, UnsecuredJWT } from 'jose';
import { fakeClock } from '../testing/fake-clock';
import { contextFrom } from './context';
import { identityVerifier } from './identity';

const secret = new TextEncoder().encode('a secret of thirty-two bytes, yes');
const clock = fakeClock('2026-01-01T00:00:00.000Z');
const seconds = (): number => clock().getTime() / 1000;
const claims = { name: 'Alice', lab: 'alpha', scopes: ['experiments:read'] };
const token = (changes: { issuer?: string; audience?: string; lifetime?: number; subject?: string; claims?: object; key?: Uint8Array; algorithm?: string } = {}): Promise<string> =>
  new SignJWT({ ...claims, ...changes.claims })
    .setProtectedHeader({ alg: changes.algorithm ?? 'HS256' })
    .setIssuer(changes.issuer ?? 'gateway')
    .setAudience(changes.audience ?? 'subgraphs')
    .setSubject(changes.subject ?? 'alice')
    .setExpirationTime(seconds() + (changes.lifetime ?? 60))
    .sign(changes.key ?? secret);

describe('the identity that the gateway vouches for', () => {
  it('is believed until it expires, cached or not', async () => {
    const verify = identityVerifier({ secret, now: clock });
    const vouched = await token({ lifetime: 30 });
    const alice = { userId: 'alice', name: 'Alice', lab: 'alpha', scopes: ['experiments:read'] };
    expect(await verify(vouched)).toEqual(alice);
    clock.advance(29_000);
    expect(await verify(vouched)).toEqual(alice);
    clock.advance(1_001);
    expect(await verify(vouched)).toBeUndefined();
    expect(await verify(vouched)).toBeUndefined();
  });

  it('is believed while the gateway\'s clock is up to 30 seconds ahead', async () => {
    expect(await identityVerifier({ secret, now: clock })(await token({ lifetime: 90, claims: { iat: seconds() + 30 } }))).toBeDefined();
  });

  it('goes by the user id where the provider tells no name', async () => {
    expect(await identityVerifier({ secret, now: clock })(await token({ claims: { name: undefined } }))).toMatchObject({ userId: 'alice', name: 'alice' });
  });

  it.each<[string, () => Promise<string>]>([
    ['of another issuer', () => token({ issuer: 'someone' })],
    ['for others', () => token({ audience: 'clients' })],
    ['signed by another key', () => token({ key: new TextEncoder().encode('another secret, of the same length') })],
    ['by another algorithm', () => token({ algorithm: 'HS512' })],
    ['that is expired', () => token({ lifetime: -1 })],
    ['that lives a year', () => token({ lifetime: 365 * 24 * 60 * 60 })],
    ['that lives longer than 60 seconds and 30 seconds of skew', () => token({ lifetime: 91 })],
    ['that began long ago', () => token({ claims: { iat: seconds() - 3600 } })],
    ['that begins later', () => token({ claims: { iat: seconds() + 31 } })],
    ['with an end beyond all dates', () => new SignJWT({ ...claims, exp: 1e300 }).setProtectedHeader({ alg: 'HS256' }).setIssuer('gateway').setAudience('subgraphs').setSubject('a').sign(secret)],
    ['with a lab that is no name', () => token({ claims: { lab: 'alpha/experiment' } })],
    ['without scopes', () => token({ claims: { scopes: 'experiments:read' } })],
    ['without a subject', () => token({ subject: '' })],
    ['that is unsigned', () => Promise.resolve(new UnsecuredJWT(claims).setIssuer('gateway').setAudience('subgraphs').setSubject('a').setExpirationTime('1h').encode())],
    ['that never ends', () => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer('gateway').setAudience('subgraphs').setSubject('a').sign(secret)],
    ['that is no token', () => Promise.resolve('nonsense')],
  ])('is nobody for a token %s', async (_, make) => {
    expect(await identityVerifier({ secret, now: clock })(await make())).toBeUndefined();
  });

  it('is verified again once it fell out of the cache', async () => {
    const verify = identityVerifier({ secret, now: clock, cacheSize: 2 });
    const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((subject) => token({ subject })));
    for (const vouched of [...tokens, ...tokens]) expect(await verify(vouched)).toBeDefined();
  });

  it('is asked for by the fields that need it', async () => {
    const contextOf = contextFrom(identityVerifier({ secret, now: clock }));
    expect((await contextOf({ 'gateway-identity': await token(), 'x-request-id': '17' })).identity.userId).toBe('alice');
    const anonymous = await contextOf({});
    expect(anonymous.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(() => anonymous.identity).toThrow(expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } }));
  });
});
