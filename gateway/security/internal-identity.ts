import { SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { InternalIdentityConfig } from '../config';
import type { Caller } from './caller';

/** The headers that tell a subgraph who is asking. */
export type IdentityHeaders = (caller: Caller) => Promise<Readonly<Record<string, string>>>;

const nobody: Readonly<Record<string, string>> = {};

/**
 * Vouches for a caller by the header `gateway-identity`: a JWT (HS256, iss `gateway`, aud `subgraphs`) with the claims of the client's
 * token, its scopes as the list `scopes`. It is signed once and used until half its lifetime is gone. Callers without an identity get no header.
 */
export function internalIdentity({ secret, lifetimeSeconds = 60 }: InternalIdentityConfig, now: () => number): IdentityHeaders {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  if (key.length < 32) throw new Error('The secret of the internal identity needs at least 32 bytes');
  if (!(lifetimeSeconds >= 2 && lifetimeSeconds <= 60)) throw new Error('The internal identity lives 2 to 60 seconds');
  const signed = new WeakMap<Caller, { readonly headers: Promise<Readonly<Record<string, string>>>; readonly renewAt: number }>();

  async function sign({ claims, scopes }: Extract<Caller, { kind: 'identified' }>): Promise<Readonly<Record<string, string>>> {
    const issuedAt = Math.floor(now() / 1_000);
    const token = await new SignJWT({ ...personal(claims), scopes: [...scopes] })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('gateway')
      .setAudience('subgraphs')
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(key);
    return { 'gateway-identity': token };
  }

  return async (caller) => {
    if (caller.kind !== 'identified') return nobody;
    const known = signed.get(caller);
    if (known && now() < known.renewAt) return known.headers;
    const headers = sign(caller);
    signed.set(caller, { headers, renewAt: now() + (lifetimeSeconds * 1_000) / 2 });
    return headers;
  };
}

/** All that a subgraph learns of a caller: equal for callers between whom no subgraph can distinguish. */
export function upstreamClaims(caller: Caller): Readonly<Record<string, unknown>> {
  return caller.kind === 'identified' ? { ...personal(caller.claims), scopes: [...caller.scopes].sort() } : {};
}

/** What a token says about itself, and what is handed on in another form. */
const notHandedOn = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'scope', 'scopes']);

/** What a token says about its bearer. */
function personal(claims: JWTPayload): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !notHandedOn.has(name)));
}

/** For a gateway that vouches for nobody. */
export const noIdentity: IdentityHeaders = () => Promise.resolve(nobody);
