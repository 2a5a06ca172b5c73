import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JSONWebKeySet } from 'jose';
import type { GatewayAuth } from '../config';

/** Somebody who issues tokens, and what a gateway needs to know of them. */
export class Issuer {
  private constructor(private readonly key: CryptoKey, readonly jwks: JSONWebKeySet) {}

  static async make(): Promise<Issuer> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    return new Issuer(privateKey, { keys: [{ ...await exportJWK(publicKey), alg: 'EdDSA', kid: 'key' }] });
  }

  get auth(): GatewayAuth {
    return { mode: 'jwt', jwks: this.jwks, issuer: 'https://issuer.example', audience: 'shop' };
  }

  /** `expires`: seconds since 1970, or `never`; an hour from now when left out. */
  token(claims: { scope?: string; scopes?: string[]; expires?: number | 'never'; issuer?: string; audience?: string; notBefore?: number; issuedAt?: number; subject?: string; more?: object } = {}): Promise<string> {
    const { expires = Math.floor(Date.now() / 1_000) + 3_600, issuer = 'https://issuer.example', audience = 'shop', notBefore, issuedAt = 0, subject = 'ada', more, ...rest } = claims;
    const token = new SignJWT({ name: 'Ada', team: 'blue', ...rest, ...more }).setProtectedHeader({ alg: 'EdDSA', kid: 'key' })
      .setSubject(subject).setIssuer(issuer).setAudience(audience).setIssuedAt(issuedAt);
    if (expires !== 'never') token.setExpirationTime(expires);
    if (notBefore !== undefined) token.setNotBefore(notBefore);
    return token.sign(this.key);
  }

  async bearer(claims?: Parameters<Issuer['token']>[0]): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.token(claims)}` };
  }
}
