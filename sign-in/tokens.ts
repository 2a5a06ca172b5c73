import { importJWK, SignJWT } from 'jose';
import type { Keys } from './keys';

/** Of every token that the embedded sign-in makes; the gateway is told the same. */
export const tokenIssuer = 'urn:test-planning:sign-in';
export const tokenAudience = 'urn:test-planning:gateway';

interface TokenClaims {
  userId: string;
  name: string;
  lab: string;
  scopes: readonly string[];
}

interface Token {
  token: string;
  /** RFC 3339, UTC. */
  expiresAt: string;
}

/** Signs a token that is good from now on for `seconds`. */
export const issueToken = async (keys: Keys, claims: TokenClaims, seconds: number, now = new Date()): Promise<Token> => {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const expires = issuedAt + seconds;
  const token = await new SignJWT({ name: claims.name, lab: claims.lab, scope: claims.scopes.join(' ') })
    .setProtectedHeader({ alg: 'EdDSA', kid: keys.tokenKey.kid, typ: 'JWT' })
    .setSubject(claims.userId)
    .setIssuer(tokenIssuer)
    .setAudience(tokenAudience)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expires)
    .sign(await importJWK(keys.tokenKey, 'EdDSA'));
  return { token, expiresAt: new Date(expires * 1000).toISOString() };
};
