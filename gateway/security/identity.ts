import type { Caller } from './caller';

/**
 * Whom limits are counted for: the subject of a token at its issuer, or the address that anybody else comes from. Of an IPv6 address that
 * is its first 64 bits, all of which one subscriber of a network provider has to choose the others from.
 */
export function identityOf(caller: Caller, remoteAddress: string | undefined): string {
  if (caller.kind === 'identified' && caller.claims.sub !== undefined) return JSON.stringify([caller.claims.iss, caller.claims.sub]);
  return remoteAddress === undefined ? 'unknown' : networkOf(remoteAddress);
}

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const version4 = mapped.exec(address)?.[1];
  if (version4 !== undefined) return version4;
  const [head = '', tail] = address.split('::', 2);
  const leading = head === '' ? [] : head.split(':');
  const trailing = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - leading.length - trailing.length;
  return [...leading, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...trailing].slice(0, 4).join(':');
}
