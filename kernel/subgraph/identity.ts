import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Actor } from '../messaging/message';
import { LAB_PATTERN } from '../messaging/streams';

/** Who sends a request, as the gateway vouches for it. */
export interface Identity {
  userId: string;
  name: string;
  lab: string;
  scopes: readonly string[];
}

export const actorOf = ({ userId, name }: Identity): Actor => ({ userId, name });

/** Resolves to undefined for a token that is missing, expired, meant for others, or signed by another key. */
export type IdentityVerifier = (token: string | undefined) => Promise<Identity | undefined>;

export interface IdentityVerifierOptions {
  /** Shared with the gateway: at least 32 bytes. */
  secret: Uint8Array | string;
  now: () => Date;
  /** Verified tokens kept, so that the requests of one user cost one verification while the token lives. */
  cacheSize?: number;
}

/** The header that carries the identity from the gateway. */
export const identityHeader = 'gateway-identity';

const claims = z.object({
  sub: z.string().min(1),
  /** Not every identity provider tells one. */
  name: z.string().optional(),
  lab: z.string().regex(LAB_PATTERN),
  scopes: z.array(z.string()),
  exp: z.number(),
  iat: z.number().optional(),
});

/** The longest life of an identity, as the gateway signs it. */
const LIFETIME_SECONDS = 60;
/** How far the gateway's clock may be ahead. */
const SKEW_SECONDS = 30;

/** An identity that lives longer comes from no gateway: whoever has it would have the rights of its bearer for that long. */
const livesTooLong = ({ exp, iat }: z.infer<typeof claims>, nowSeconds: number): boolean =>
  exp > nowSeconds + LIFETIME_SECONDS + SKEW_SECONDS || (iat !== undefined && (exp - iat > LIFETIME_SECONDS || iat > nowSeconds + SKEW_SECONDS));

/** Verifies the gateway's internal identity: a JWT by HS256 from issuer `gateway` for audience `subgraphs`, with an end at most 60 seconds after its beginning. */
export function identityVerifier({ secret, now, cacheSize = 10_000 }: IdentityVerifierOptions): IdentityVerifier {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  const verified = new Map<string, { identity: Identity; expiresAt: number }>();

  async function verify(token: string): Promise<Identity | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        issuer: 'gateway',
        audience: 'subgraphs',
        currentDate: now(),
      });
      const vouched = claims.parse(payload);
      if (livesTooLong(vouched, now().getTime() / 1000)) return undefined;
      const { sub, name, lab, scopes, exp } = vouched;
      const identity = { userId: sub, name: name ?? sub, lab, scopes };
      const oldest = verified.keys().next();
      if (verified.size >= cacheSize && !oldest.done) verified.delete(oldest.value);
      verified.set(token, { identity, expiresAt: exp * 1000 });
      return identity;
    } catch {
      // Whatever is wrong with it, the answer is the same: nobody is vouched for.
      return undefined;
    }
  }

  return async (token) => {
    if (!token) return undefined;
    const known = verified.get(token);
    if (!known) return verify(token);
    if (known.expiresAt > now().getTime()) {
      // Put last again, so that the first of the map is the one not used for the longest time.
      verified.delete(token);
      verified.set(token, known);
      return known.identity;
    }
    verified.delete(token);
    return undefined;
  };
}
