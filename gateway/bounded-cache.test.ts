import { BoundedCache } from './bounded-cache';

describe('A bounded cache', () => {
  it('keeps what was used last', () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
    expect(cache.size).toBe(2);
  });

  it('keeps no more than it can carry, whatever is put in, replaced and taken out', () => {
    const cache = new BoundedCache<string, string>(10, { maxWeight: 10, weightOf: (key, value) => key.length + value.length });
    cache.set('a', 'xxx');
    cache.set('b', 'xxx');
    expect(cache.totalWeight).toBe(8);
    cache.set('b', 'x');
    expect(cache.totalWeight).toBe(6);
    cache.set('c', 'xxxxx');
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 'x', 'xxxxx']);
    expect(cache.totalWeight).toBe(8);
    cache.set('d', 'x'.repeat(10));
    expect(cache.get('d')).toBeUndefined();
    expect(cache.get('b')).toBe('x');
    cache.deleteWhere((value) => value === 'x');
    expect(cache.totalWeight).toBe(6);
    cache.delete('c');
    cache.delete('c');
    expect(cache.totalWeight).toBe(0);
    expect(cache.size).toBe(0);
  });

  it('of nothing keeps nothing', () => {
    const cache = new BoundedCache<string, number>(0);
    cache.set('a', 1);
    expect(cache.size).toBe(0);
  });
});
