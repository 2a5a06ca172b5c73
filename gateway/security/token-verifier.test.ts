import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT } from 'jose';
import { Issuer } from '../testing/tokens';
import { tokenVerifier } from './token-verifier';

describe('tokens', () => {
  let issuer: Issuer;
  let time = Date.now();
  beforeAll(async () => { issuer = await Issuer.make(); });
  const verify = (token: string, prefix = 'Bearer ') => tokenVerifier(issuer.auth, () => time).verify(prefix + token);
  const seconds = (offset: number) => Math.floor(time / 1_000) + offset;

  it('are believed when they are signed, current and meant for us', async () => {
    expect(await verify(await issuer.token({ scope: 'a b', scopes: ['c'] }))).toMatchObject({
      kind: 'caller', caller: { kind: 'identified', claims: { sub: 'ada', team: 'blue' }, scopes: new Set(['a', 'b', 'c']) },
    });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['expired', () => issuer.token({ expires: seconds(-1) }), 'The token has expired'],
    ['not yet valid', () => issuer.token({ notBefore: seconds(60) }), 'The token\'s claim "nbf" is not accepted'],
    ['without an end', () => issuer.token({ expires: 'never' }), 'The token\'s claim "exp" is not accepted'],
    ['with an end beyond all dates', () => issuer.token({ expires: 1e300 }), 'The token\'s claim "exp" is not accepted'],
    ['with an end after the year 9999', () => issuer.token({ expires: 253_402_300_800 }), 'The token\'s claim "exp" is not accepted'],
    ['with a beginning before all dates', () => issuer.token({ notBefore: -1e300 }), 'The token\'s claim "nbf" is not accepted'],
    ['issued beyond all dates', () => issuer.token({ issuedAt: 1e300 }), 'The token\'s claim "iat" is not accepted'],
    ['issued in an hour', () => issuer.token({ issuedAt: seconds(3600) }), 'The token\'s claim "iat" is not accepted'],
    ['of another issuer', () => issuer.token({ issuer: 'https://other.example' }), 'The token\'s claim "iss" is not accepted'],
    ['for another audience', () => issuer.token({ audience: 'bank' }), 'The token\'s claim "aud" is not accepted'],
    ['signed by another key', async () => (await Issuer.make()).token(), 'The token is not valid'],
    ['not signed (alg none)', () => Promise.resolve(new UnsecuredJWT({}).setSubject('ada').setIssuer('https://issuer.example').setAudience('shop').encode()), "The token's algorithm is not accepted"],
    ['signed with the public key as a secret', () => new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: 'key' }).setIssuer('https://issuer.example').setAudience('shop')
      .setExpirationTime(seconds(60)).sign(new TextEncoder().encode(JSON.stringify(issuer.jwks.keys[0]))), "The token's algorithm is not accepted"],
    ['no token at all', () => Promise.resolve('abc'), 'The token is not valid'],
    ['two words', () => Promise.resolve('a b'), 'The authorization must be "Bearer" and a token'],
  ])('are refused when %s', async (_, token, reason) => {
    expect(await verify(await token())).toEqual({ kind: 'refused', reason });
  });

  it('are refused when changed after signing', async () => {
    const [header, , signature] = (await issuer.token()).split('.');
    const forged = Buffer.from(JSON.stringify({ sub: 'eve', iss: 'https://issuer.example', aud: 'shop', exp: seconds(60) })).toString('base64url');
    expect(await verify([header, forged, signature].join('.'))).toMatchObject({ kind: 'refused' });
  });

  it('need the scheme Bearer', async () => {
    expect(await verify(await issuer.token(), 'Basic ')).toMatchObject({ kind: 'refused' });
    expect(await verify(await issuer.token(), 'bearer  ')).toMatchObject({ kind: 'caller' });
  });

  it('end when they end, though they were believed before', async () => {
    const { verify: check } = tokenVerifier(issuer.auth, () => time);
    const token = `Bearer ${await issuer.token({ expires: seconds(10) })}`;
    const first = await check(token);
    const again = await check(token);
    // The same caller: what was worked out for it once can be used again.
    expect(first.kind === 'caller' && again.kind === 'caller' && first.caller === again.caller).toBe(true);
    time += 10_000;
    expect(await check(token)).toEqual({ kind: 'refused', reason: 'The token has expired' });
  });

  it('are judged by keys that are fetched, once', async () => {
    let fetched = 0;
    const server = createServer((_, response) => {
      fetched += 1;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(issuer.jwks));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const jwks = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
    const { verify: check } = tokenVerifier({ ...issuer.auth, jwks } as typeof issuer.auth, () => time);
    expect(await check(`Bearer ${await issuer.token()}`)).toMatchObject({ kind: 'caller', caller: { kind: 'identified' } });
    expect(await check(`Bearer ${await issuer.token({ scope: 'a' })}`)).toMatchObject({ kind: 'caller', caller: { kind: 'identified' } });
    expect(await check(`Bearer ${await (await Issuer.make()).token()}`)).toEqual({ kind: 'refused', reason: 'The token is not valid' });
    expect(fetched).toBe(1);
    server.closeAllConnections();
    server.close();
  });

  it('are neither believed nor refused while the keys cannot be had', async () => {
    const { verify: check } = tokenVerifier({ ...issuer.auth, jwks: new URL('http://127.0.0.1:1/jwks') } as typeof issuer.auth, () => time);
    expect(await check(`Bearer ${await issuer.token()}`)).toMatchObject({ kind: 'undecided' });
  });

  it.each(['{"error":"down for maintenance"}', '<html>', '{}'])('are neither believed nor refused while %s stands in the place of the keys', async (body) => {
    const server = createServer((_, response) => void response.setHeader('content-type', 'application/json').end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const jwks = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`);
    const { verify: check } = tokenVerifier({ ...issuer.auth, jwks } as typeof issuer.auth, () => time);
    expect(await check(`Bearer ${await issuer.token()}`)).toMatchObject({ kind: 'undecided' });
    server.closeAllConnections();
    server.close();
  });

  it('give way to the anonymous caller when there is none', async () => {
    expect(tokenVerifier(issuer.auth, () => time).verify(undefined)).toEqual({ kind: 'caller', caller: { kind: 'anonymous' } });
  });

  describe('that are revoked', () => {
    const bearer = async (claims?: { scope?: string }) => `Bearer ${await issuer.token(claims)}`;
    const refused = { kind: 'refused', reason: 'The token was revoked' };

    it.each<[string, (revoked: boolean) => boolean | Promise<boolean>]>([
      ['at once', (revoked) => revoked],
      ['later', (revoked) => Promise.resolve(revoked)],
    ])('are refused, also when they were believed before; told %s', async (_, tell) => {
      const revokedSubjects = new Set<unknown>();
      const { verify: check } = tokenVerifier(issuer.auth, () => time, ({ sub }) => tell(revokedSubjects.has(sub)));
      const token = await bearer();
      expect(await check(token)).toMatchObject({ kind: 'caller' });
      revokedSubjects.add('ada');
      expect(await check(token)).toEqual(refused);
      revokedSubjects.delete('ada');
      expect(await check(token)).toMatchObject({ kind: 'caller' });
    });

    it.each<[string, () => Promise<boolean>]>([
      ['rejects', () => Promise.reject(new Error('gone'))],
      ['throws', () => { throw new Error('gone'); }],
    ])('can not be told while whoever knows %s: nobody is let in', async (_, isRevoked) => {
      const { verify: check } = tokenVerifier(issuer.auth, () => time, isRevoked);
      expect(await check(await bearer())).toMatchObject({ kind: 'undecided', cause: new Error('gone') });
    });

    it('are asked about again when sessions were ended before the answer came', async () => {
      const answers = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()];
      let asked = 0;
      const tokens = tokenVerifier(issuer.auth, () => time, () => {
        asked += 1;
        return answers[asked - 1]?.promise ?? true;
      });
      const token = await bearer();
      const verification = tokens.verify(token);
      while (asked === 0) await new Promise(setImmediate);
      tokens.forget(() => true);
      answers[0]?.resolve(false);
      answers[1]?.resolve(true);
      expect(await verification).toEqual(refused);
      expect(asked).toBe(2);
    });

    it('are forgotten by their claims', async () => {
      const tokens = tokenVerifier(issuer.auth, () => time);
      const [one, other] = [await bearer(), await bearer({ scope: 'a' })];
      const [first, second] = [await tokens.verify(one), await tokens.verify(other)];
      tokens.forget(({ scope }) => scope === 'a');
      const callers = [await tokens.verify(one), await tokens.verify(other)].map((verification) => verification.kind === 'caller' && verification.caller);
      expect(callers[0]).toBe(first.kind === 'caller' && first.caller);
      expect(callers[1]).not.toBe(second.kind === 'caller' && second.caller);
    });
  });
});
