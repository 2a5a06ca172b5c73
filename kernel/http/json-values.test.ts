import fc from 'fast-check';
import { hasMoreValuesThan } from './json-values';

function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + valuesIn(inner), 1);
}

describe('hasMoreValuesThan', () => {
  it('never counts fewer values than a JSON text has', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 30 }), (value, max) => {
      if (valuesIn(value) > max) expect(hasMoreValuesThan(JSON.stringify(value), max)).toBe(true);
    }));
  });

  it('counts at most one value more for each list and object', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(hasMoreValuesThan(text, valuesIn(value) * 2)).toBe(false);
    }));
  });

  it.each([
    ['commas and brackets in a string', JSON.stringify({ text: '[,{,'.repeat(100) })],
    ['commas behind an escaped quote', JSON.stringify({ text: `"${','.repeat(100)}` })],
    ['commas behind escaped backslashes', `{"text":"\\\\","more":"${','.repeat(100)}"}`],
    ['a string that never ends', `{"text":"${','.repeat(100)}`],
  ])('does not count %s', (_, text) => {
    expect(hasMoreValuesThan(text, 10)).toBe(false);
  });

  it('counts the commas after a string that ends in an escaped backslash', () => {
    expect(hasMoreValuesThan(`["\\\\"${',1'.repeat(100)}]`, 50)).toBe(true);
  });
});
