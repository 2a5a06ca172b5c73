import { defaultLimits } from './config';
import type { GatewayLimits } from './config';

/**
 * All limits, with the default of each that is not given.
 * @throws {RangeError} naming the first that is no number from 0 on: compared with NaN nothing would ever be too much, or everything.
 */
export function limitsOf(given: Partial<GatewayLimits> = {}): GatewayLimits {
  const set = Object.entries(given as Readonly<Record<string, unknown>>).filter(([, limit]) => limit !== undefined);
  for (const [name, limit] of set) {
    if (typeof limit !== 'number' || !(limit >= 0)) throw new RangeError(`limits.${name} has to be a number, 0 or more, not ${typeof limit === 'string' ? `"${limit}"` : String(limit)}`);
  }
  return { ...defaultLimits, ...Object.fromEntries(set) };
}
