import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { BoundedCache } from '../bounded-cache';
import type { GatewayAuth } from '../config';
import { anonymous, unchecked } from './caller';
import type { Caller } from './caller';

export type Verification =
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** The token is no good; `reason` is fit for a client. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The keys to judge it by can't be had just now. */
  | { readonly kind: 'undecided'; readonly cause: unknown };

/** Judges what a client presents as `Bearer <token>`. Nothing presented is the anonymous caller. */
export type TokenVerifier = (authorization: string | undefined) => Promise<Verification>;

const asymmetricAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const cachedTokens = 10_000;
/** How long a verified token is believed before its signature is checked again: a key that is withdrawn counts no longer than this. */
const believedForMs = 60_000;

export function tokenVerifier(auth: GatewayAuth, now: () => number): TokenVerifier {
  if (auth.mode === 'off') return () => Promise.resolve({ kind: 'caller', caller: unchecked });
  const keys = auth.jwks instanceof URL ? createRemoteJWKSet(auth.jwks, { timeoutDuration: 5_000 }) : createLocalJWKSet(auth.jwks);
  const toleranceMs = (auth.clockToleranceSeconds ?? 0) * 1_000;
  const believed = new BoundedCache<string, { readonly caller: Extract<Caller, { kind: 'identified' }>; readonly until: number }>(cachedTokens);

  return async (authorization) => {
    if (authorization === undefined || authorization === '') return { kind: 'caller', caller: anonymous };
    const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];
    if (!token) return { kind: 'refused', reason: 'The authorization must be "Bearer" and a token' };
    const known = believed.get(token);
    if (known && now() < known.until) return { kind: 'caller', caller: known.caller };
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: auth.issuer,
        audience: auth.audience,
        algorithms: [...(auth.algorithms ?? asymmetricAlgorithms)],
        clockTolerance: auth.clockToleranceSeconds ?? 0,
        // A token without an end would be good for ever, and so would its sockets.
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
      });
      const expiresAt = Number(payload.exp) * 1_000 + toleranceMs;
      const caller = { kind: 'identified' as const, claims: payload, scopes: scopesOf(payload), expiresAt };
      believed.set(token, { caller, until: Math.min(expiresAt, now() + believedForMs) });
      return { kind: 'caller', caller };
    } catch (error) {
      believed.delete(token);
      return judge(error);
    }
  };
}

/** `scope` as one string with spaces, `scopes` as a list. */
function scopesOf(claims: JWTPayload): ReadonlySet<string> {
  const { scope, scopes } = claims;
  const listed = Array.isArray(scopes) ? scopes.filter((item) => typeof item === 'string') : [];
  const spaced = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [];
  return new Set([...listed, ...spaced]);
}

function judge(error: unknown): Verification {
  if (error instanceof errors.JWTExpired) return { kind: 'refused', reason: 'The token has expired' };
  if (error instanceof errors.JWTClaimValidationFailed) return { kind: 'refused', reason: `The token's claim "${error.claim}" is not accepted` };
  if (error instanceof errors.JOSEAlgNotAllowed) return { kind: 'refused', reason: "The token's algorithm is not accepted" };
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) return { kind: 'undecided', cause: error };
  if (error.code === 'ERR_JOSE_GENERIC') return { kind: 'undecided', cause: error };
  return { kind: 'refused', reason: 'The token is not valid' };
}
