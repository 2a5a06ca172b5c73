import { networkOf } from '@test-planning/kernel/http';
import type { Caller } from './caller';

/**
 * Whom limits are counted for: the subject of a token at its issuer, or the address that anybody else comes from. Of an IPv6 address that
 * is its first 64 bits, all of which one subscriber of a network provider has to choose the others from.
 */
export function identityOf(caller: Caller, remoteAddress: string | undefined): string {
  if (caller.kind === 'identified' && caller.claims.sub !== undefined) return JSON.stringify([caller.claims.iss, caller.claims.sub]);
  return remoteAddress === undefined ? 'unknown' : networkOf(remoteAddress);
}
