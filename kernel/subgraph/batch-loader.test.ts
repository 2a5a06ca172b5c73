import { BatchLoader } from './batch-loader';

describe('a batch loader', () => {
  const loaderOf = (values: Record<string, number>) => {
    const calls: (readonly string[])[] = [];
    const loader = new BatchLoader<number>((keys) => {
      calls.push([...keys]);
      return Promise.resolve(new Map(Object.entries(values).filter(([key]) => keys.includes(key))));
    });
    return { loader, calls };
  };

  it('loads what is asked for in one go by one call, each key once', async () => {
    const { loader, calls } = loaderOf({ a: 1, b: 2 });
    expect(await Promise.all(['a', 'b', 'a', 'c'].map((key) => loader.load(key)))).toEqual([1, 2, 1, undefined]);
    expect(await loader.load('a')).toBe(1);
    expect(await loader.load('d')).toBeUndefined();
    expect(calls).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('fails for all who asked when the call fails', async () => {
    const loader = new BatchLoader<number>(() => Promise.reject(new Error('no store')));
    const results = await Promise.allSettled([loader.load('a'), loader.load('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
