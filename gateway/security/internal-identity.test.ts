import { decodeJwt, jwtVerify } from 'jose';
import { RunningShop } from '../testing/running-shop';
import { Issuer } from '../testing/tokens';
import { internalIdentity } from './internal-identity';

const secret = 'a secret of thirty-two characters';
const ada = { kind: 'identified' as const, claims: { sub: 'ada', team: 'blue', iss: 'https://issuer.example', exp: 9e9 }, scopes: new Set(['a', 'b']), expiresAt: Infinity };

const tokenOf = (headers: Readonly<Record<string, string>>): string => headers['gateway-identity'] ?? '';

describe('the internal identity', () => {
  it('is signed for subgraphs, says who the caller is, and lives shortly', async () => {
    const headers = await internalIdentity({ secret, lifetimeSeconds: 30 }, Date.now)(ada);
    const { payload, protectedHeader } = await jwtVerify(tokenOf(headers), new TextEncoder().encode(secret), { issuer: 'gateway', audience: 'subgraphs' });
    expect(protectedHeader.alg).toBe('HS256');
    expect(payload).toEqual({ sub: 'ada', team: 'blue', scopes: ['a', 'b'], iss: 'gateway', aud: 'subgraphs', iat: expect.any(Number), exp: Number(payload.iat) + 30 });
  });

  it('is used again until half its life is over', async () => {
    let time = 1_000_000;
    const headersOf = internalIdentity({ secret, lifetimeSeconds: 60 }, () => time);
    const first = await headersOf(ada);
    time += 29_999;
    expect(await headersOf(ada)).toBe(first);
    time += 1;
    const second = await headersOf(ada);
    expect(decodeJwt(tokenOf(second)).exp).toBe(Number(decodeJwt(tokenOf(first)).exp) + 30);
  });

  it('wants a secret worth the name, and a short life', () => {
    expect(() => internalIdentity({ secret: 'short' }, Date.now)).toThrow('32 bytes');
    expect(() => internalIdentity({ secret, lifetimeSeconds: 61 }, Date.now)).toThrow('2 to 60');
  });

  it('goes to subgraphs for callers with a token, and for nobody else; nothing else of the client does', async () => {
    const issuer = await Issuer.make();
    const shop = await RunningShop.start({ auth: issuer.auth, internalIdentity: { secret } });
    await shop.ask('{ products { name } }', {}, { ...await issuer.bearer({ scope: 'x y' }), 'x-forwarded-user': 'root' });
    await shop.ask('{ products { name } }', {}, { 'gateway-identity': 'forged' });
    const [known, unknown] = shop.shop.identities;
    expect(decodeJwt(known ?? '')).toMatchObject({ sub: 'ada', team: 'blue', scopes: ['x', 'y'] });
    expect(unknown).toBeUndefined();
    expect(shop.sent.map(({ headers }) => Object.keys(headers))).toEqual([['gateway-identity'], []]);
    await shop.stop();
  });
});
