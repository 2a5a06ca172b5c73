import type { KeysetPosition, OrderBy } from './read-models';

/** Text by code points, which is also the order of its UTF-8 bytes; JavaScript's own order is by UTF-16 code units. */
const compareText = (a: string, b: string): number => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)));

export const compareValues = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));

/** Where a place lies in an order: by value, then by id in the same direction; null is last either way. */
export const comparePositions = (a: KeysetPosition, b: KeysetPosition, direction: OrderBy['direction']): number => {
  const sign = direction === 'ascending' ? 1 : -1;
  if (a.value === null || b.value === null) {
    return a.value === b.value ? sign * compareText(a.id, b.id) : a.value === null ? 1 : -1;
  }
  return sign * (compareValues(a.value, b.value) || compareText(a.id, b.id));
};
