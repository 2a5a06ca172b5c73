import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { BoundedCache } from '../bounded-cache';
import type { GatewayAuth, GatewayPorts } from '../config';
import { anonymous, unchecked } from './caller';
import type { Caller } from './caller';

export type Verification =
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** The token is no good; `reason` is fit for a client. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The keys to judge it by can't be had just now. */
  | { readonly kind: 'undecided'; readonly cause: unknown };

/** Judges what a client presents as `Bearer <token>`, at once where it can. Nothing presented is the anonymous caller. */
export type TokenVerifier = (authorization: string | undefined) => Verification | Promise<Verification>;

interface Tokens {
  readonly verify: TokenVerifier;
  /** Tokens with such claims are believed no more: when they come again they are judged anew. */
  forget(matches: (claims: JWTPayload) => boolean): void;
}

/** See {@link GatewayPorts.isRevoked}. */
type IsRevoked = NonNullable<GatewayPorts['isRevoked']>;
type Identified = Extract<Caller, { kind: 'identified' }>;

const asymmetricAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const cachedTokens = 10_000;
/** How long a verified token is believed before its signature is checked again: a key that is withdrawn counts no longer than this. */
const believedForMs = 60_000;

export function tokenVerifier(auth: GatewayAuth, now: () => number, isRevoked?: IsRevoked): Tokens {
  if (auth.mode === 'off') return { verify: () => ({ kind: 'caller', caller: unchecked }), forget: () => undefined };
  const keys = auth.jwks instanceof URL ? createRemoteJWKSet(auth.jwks, { timeoutDuration: 5_000 }) : createLocalJWKSet(auth.jwks);
  const { issuer, audience, algorithms = asymmetricAlgorithms, clockToleranceSeconds = 0 } = auth;
  // A token without an end would be good for ever, and so would its sockets.
  const expected = { issuer, audience, algorithms: [...algorithms], clockTolerance: clockToleranceSeconds, requiredClaims: ['exp'] };
  const toleranceMs = clockToleranceSeconds * 1_000;
  const believed = new BoundedCache<string, { readonly caller: Identified; readonly until: number }>(cachedTokens);
  let timesForgotten = 0;

  async function verifyAnew(token: string): Promise<Verification> {
    try {
      const { payload } = await jwtVerify(token, keys, { ...expected, currentDate: new Date(now()) });
      const wrong = wrongTime(payload, now() / 1_000 + clockToleranceSeconds);
      if (wrong !== undefined) return { kind: 'refused', reason: `The token's claim "${wrong}" is not accepted` };
      const expiresAt = Number(payload.exp) * 1_000 + toleranceMs;
      const caller = { kind: 'identified' as const, claims: payload, scopes: scopesOf(payload), expiresAt };
      believed.set(token, { caller, until: Math.min(expiresAt, now() + believedForMs) });
      return await unlessRevoked(caller);
    } catch (error) {
      believed.delete(token);
      return judge(error);
    }
  }

  function unlessRevoked(caller: Identified): Verification | Promise<Verification> {
    if (!isRevoked) return { kind: 'caller', caller };
    const asked = timesForgotten;
    try {
      const answer = isRevoked(caller.claims);
      if (typeof answer === 'boolean') return answer ? revoked : { kind: 'caller', caller };
      return answer.then(
        // What was answered before sessions were ended may have been asked before the token was revoked.
        (late) => (late ? revoked : timesForgotten === asked ? { kind: 'caller', caller } : unlessRevoked(caller)),
        (cause: unknown) => ({ kind: 'undecided', cause }),
      );
    } catch (cause) {
      return { kind: 'undecided', cause };
    }
  }

  return {
    verify(authorization) {
      if (authorization === undefined || authorization === '') return { kind: 'caller', caller: anonymous };
      const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];
      if (!token) return { kind: 'refused', reason: 'The authorization must be "Bearer" and a token' };
      const known = believed.get(token);
      return known && now() < known.until ? unlessRevoked(known.caller) : verifyAnew(token);
    },
    forget(matches) {
      timesForgotten += 1;
      believed.deleteWhere(({ caller }) => matches(caller.claims));
    },
  };
}

/** The end of the year 9999, in seconds: no token means a later time, and arithmetic with it stays exact. */
const LATEST_SECONDS = 253_402_300_799;
/** How far an issuer's clock may be ahead. */
const ISSUED_AHEAD_SECONDS = 60;

/** The claim that tells no time, or an issue in the future. */
function wrongTime(payload: JWTPayload, nowSeconds: number): string | undefined {
  const isWrong = (time: unknown): boolean => time !== undefined && !(typeof time === 'number' && time >= 0 && time <= LATEST_SECONDS);
  const wrong = (['exp', 'nbf', 'iat'] as const).find((claim) => isWrong(payload[claim]));
  return wrong ?? (Number(payload.iat) > nowSeconds + ISSUED_AHEAD_SECONDS ? 'iat' : undefined);
}

const revoked: Verification = { kind: 'refused', reason: 'The token was revoked' };

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
  // Nothing came, or something else than keys: that says nothing of the token.
  if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC') return { kind: 'undecided', cause: error };
  return { kind: 'refused', reason: 'The token is not valid' };
}
