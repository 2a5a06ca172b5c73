import { isExactNumber } from '../json/exact-number';

/** Whether a value, as JSON has them, holds lists and objects on more than so many levels. Looks no deeper than that. */
export function nestsDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return !isExactNumber(value);
  for (const inner of Object.values(value)) if (nestsDeeperThan(inner, levels - 1)) return true;
  return false;
}
