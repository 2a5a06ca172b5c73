import { anonymous } from './caller';
import { identityOf } from './identity';
import type { RateLimiter } from './rate-limiter';

/** What a refused token takes out of the bucket of the address that it comes from, in units of an operation's cost. */
const refusedTokenCost = 100;

/**
 * Charges a token that was refused to the address that it came from. Returns undefined, or the milliseconds until that address may try again. Tokens that are good are charged to
 * their subjects: those of other people behind the same address are not held up.
 */
export type ChargeRefusedToken = (remoteAddress: string | undefined) => number | undefined;

export function chargeRefusedTokens(limiter: RateLimiter | undefined): ChargeRefusedToken {
  return (remoteAddress) => limiter?.take(identityOf(anonymous, remoteAddress), limiter.limit.by === 'operation' ? 1 : refusedTokenCost);
}
