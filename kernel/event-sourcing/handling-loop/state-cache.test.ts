import { StateCache } from './state-cache';

const entry = (state: number) => ({ state, sequence: state, at: '' });

describe('the cache of states', () => {
  it('lets go what was not used for longest', () => {
    const cache = new StateCache<number>(2);
    cache.set('a', entry(1));
    cache.set('b', entry(2));
    cache.get('a');
    cache.set('c', entry(3));
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([entry(1), undefined, entry(3)]);
  });

  it('evicts, and holds the newest of what was set', () => {
    const cache = new StateCache<number>(2);
    cache.set('a', entry(1));
    cache.set('a', entry(2));
    expect(cache.get('a')).toEqual(entry(2));
    cache.evict('a');
    expect(cache.get('a')).toBeUndefined();
  });
});
