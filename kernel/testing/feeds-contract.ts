import fc from 'fast-check';
import type { FeedDefinition, FeedReadQuery, Feeds, NewFeedEntry } from '../feeds/feeds';
import { eventually } from './eventually';

interface News {
  text: string;
  kind: string;
  about: string[];
  at: string;
}

const news: FeedDefinition<News> = {
  name: 'news',
  fields: {
    kind: { kind: 'keywords', of: ({ kind }) => [kind] },
    about: { kind: 'keywords', of: ({ about }) => about },
    at: { kind: 'text', of: ({ at }) => at },
  },
};

const entry = (key: string, changes: Partial<News> = {}, owner = 'lab'): NewFeedEntry<News> =>
  ({ feed: 'news', owner, key, entry: { text: key, kind: 'good', about: [], at: '2026-01-01', ...changes } });

/** What all feeds promise. */
export const feedsContract = (open: (feeds: readonly FeedDefinition<never>[]) => Promise<{ feeds: Feeds; close(): Promise<void> }>): void => {
  describe('feeds', () => {
    let feeds: Feeds;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ feeds, close } = await open([news]));
    });
    afterEach(() => close());

    const read = async (query: Partial<FeedReadQuery> = {}): Promise<[number, string][]> =>
      (await feeds.read<News>({ feed: 'news', owner: 'lab', direction: 'ascending', limit: 100, ...query })).entries.map((each) => [each.number, each.entry.text]);

    it('numbers entries from 1, each owner for itself', async () => {
      await feeds.append([entry('a'), entry('x', {}, 'lab/ada'), entry('b')]);
      await feeds.append([entry('c')]);
      expect(await read()).toEqual([[1, 'a'], [2, 'b'], [3, 'c']]);
      expect(await read({ owner: 'lab/ada' })).toEqual([[1, 'x']]);
      expect([await feeds.head('news', 'lab'), await feeds.head('news', 'lab/ada'), await feeds.head('news', 'none')]).toEqual([3, 1, 0]);
    });

    it('takes a key once, in one call and in another, and leaves no number out for it', async () => {
      await feeds.append([entry('a'), entry('a', { text: 'again' }), entry('b')]);
      await feeds.append([entry('b', { text: 'again' }), entry('c'), entry('a'), entry('d')]);
      await feeds.append([entry('a', {}, 'lab/ada')]);
      expect(await read()).toEqual([[1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']]);
      expect(await read({ owner: 'lab/ada' })).toEqual([[1, 'a']]);
    });

    it('keeps an entry where it came first, whatever comes again behind it', async () => {
      const calls = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 6 }), { maxLength: 5 });
      let round = 0;
      await fc.assert(fc.asyncProperty(calls, async (listed) => {
        const owner = `lab${round += 1}`;
        // All at once, so that a store which gathers what waits gathers these.
        await Promise.all(listed.map((keys) => feeds.append(keys.map((key) => entry(key, {}, owner)))));
        expect((await read({ owner })).map(([, text]) => text)).toEqual([...new Set(listed.flat())]);
      }), { numRuns: 40, examples: [[[['a', 'b', 'a']]], [[['c'], ['a', 'b'], ['a']]]] });
    });

    it('leaves no gap and doubles nothing when many append at once', async () => {
      await Promise.all(Array.from({ length: 50 }, (_, index) => feeds.append([entry(`k${index % 20}`), entry(`l${index}`)])));
      const entries = await read();
      expect(entries.map(([number]) => number)).toEqual(Array.from({ length: 70 }, (_, index) => index + 1));
      expect(new Set(entries.map(([, text]) => text)).size).toBe(70);
    });

    it('reads in either direction, between numbers, and tells the head', async () => {
      await feeds.append(['a', 'b', 'c', 'd', 'e'].map((key) => entry(key)));
      expect(await read({ after: 2 })).toEqual([[3, 'c'], [4, 'd'], [5, 'e']]);
      expect(await read({ after: 1, before: 5, limit: 2 })).toEqual([[2, 'b'], [3, 'c']]);
      expect(await read({ direction: 'descending', limit: 2 })).toEqual([[5, 'e'], [4, 'd']]);
      expect(await read({ direction: 'descending', before: 3 })).toEqual([[2, 'b'], [1, 'a']]);
      expect(await feeds.read({ feed: 'news', owner: 'lab', direction: 'ascending', after: 5, limit: 10 })).toEqual({ entries: [], head: 5 });
    });

    it('filters and counts', async () => {
      await feeds.append([
        entry('a', { kind: 'good', about: ['x', 'y'], at: '2026-01-01' }), entry('b', { kind: 'bad', about: ['x'], at: '2026-01-02' }),
        entry('c', { kind: 'good', about: ['y'], at: '2026-01-03' }), entry('d', { kind: 'good', about: ['x'] }, 'lab2'),
      ]);
      const cases: [FeedReadQuery['where'], string[]][] = [
        [[], ['a', 'b', 'c']], [[{ field: 'kind', anyOf: ['good'] }], ['a', 'c']], [[{ field: 'about', anyOf: ['x', 'y'] }], ['a', 'b', 'c']],
        [[{ field: 'about', anyOf: ['x'] }, { field: 'kind', anyOf: ['bad', 'worse'] }], ['b']], [[{ field: 'at', from: '2026-01-02' }], ['b', 'c']],
        [[{ field: 'at', to: '2026-01-02' }, { field: 'kind', anyOf: ['good'] }], ['a']], [[{ field: 'kind', anyOf: [] }], []],
      ];
      for (const [where = [], texts] of cases) {
        expect([where, (await read({ where })).map(([, text]) => text)]).toEqual([where, texts]);
        expect([where, await feeds.count({ feed: 'news', owner: 'lab', where })]).toEqual([where, texts.length]);
      }
      expect(await feeds.count({ feed: 'news', owner: 'lab', after: 1, where: [{ field: 'kind', anyOf: ['good'] }] })).toBe(1);
      expect(await feeds.count({ feed: 'news', owner: 'lab', after: 1 })).toBe(2);
      expect(await feeds.count({ feed: 'news', owner: 'lab', after: 9 })).toBe(0);
      expect(await read({ after: 1, where: [{ field: 'about', anyOf: ['y'] }] })).toEqual([[3, 'c']]);
    });

    it('reads what a plain list would give, whatever the conditions, bounds, direction and limit', async () => {
      const kind = fc.constantFrom('good', 'bad', 'odd');
      const about = fc.constantFrom('x', 'y', 'z');
      const day = fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03');
      const someOf = (words: fc.Arbitrary<string>) => fc.uniqueArray(words, { maxLength: 3 });
      const entries = fc.array(fc.record({ kind, about: someOf(about), at: day }), { maxLength: 30 });
      const queries = fc.array(fc.record({
        kinds: fc.option(someOf(kind)), about: fc.option(someOf(about)), alsoAbout: fc.option(someOf(about)), from: fc.option(day),
        after: fc.nat(31), before: fc.option(fc.nat(32), { nil: undefined }), direction: fc.constantFrom('ascending' as const, 'descending' as const), limit: fc.integer({ min: 1, max: 12 }),
      }), { minLength: 10, maxLength: 10 });
      let round = 0;
      await fc.assert(fc.asyncProperty(entries, queries, async (listed, asked) => {
        const owner = `lab${round += 1}`;
        // Neighbours are appended in between, for they must not be found.
        await feeds.append(listed.flatMap((changes, index) => [entry(`${index + 1}`, changes, owner), entry(`${index + 1}`, changes, `${owner}/ada`)]));
        for (const { kinds, about, alsoAbout, from, after, before, direction, limit } of asked) {
          const where: FeedReadQuery['where'] = [
            ...(from === null ? [] : [{ field: 'at', from }]), ...(kinds === null ? [] : [{ field: 'kind', anyOf: kinds }]),
            ...[about, alsoAbout].flatMap((anyOf) => (anyOf === null ? [] : [{ field: 'about', anyOf }])),
          ];
          const meeting = listed.map((each, index) => ({ ...each, number: index + 1 })).filter((each) =>
            each.number > after && each.at >= (from ?? '') && (kinds?.includes(each.kind) ?? true)
            && [about, alsoAbout].every((words) => words === null || words.some((word) => each.about.includes(word))));
          const numbers = meeting.map(({ number }) => number).filter((number) => number < (before ?? Infinity));
          if (direction === 'descending') numbers.reverse();
          expect((await read({ owner, where, after, before, direction, limit })).map(([number]) => number)).toEqual(numbers.slice(0, limit));
          expect(await feeds.count({ feed: 'news', owner, where, after })).toBe(meeting.length);
        }
      }), { numRuns: 40 });
    });

    it('wakes who watches a feed, until they end it', async () => {
      const woken: string[] = [];
      const end = feeds.watch('news', 'lab', () => woken.push('lab'));
      feeds.watch('news', 'lab2', () => woken.push('lab2'));
      await feeds.append([entry('a')]);
      await eventually(() => {
        expect(woken).toContain('lab');
      });
      end();
      woken.length = 0;
      await feeds.append([entry('b'), entry('b', {}, 'lab2')]);
      await eventually(() => {
        expect(woken).toContain('lab2');
      });
      expect(woken).not.toContain('lab');
    });

    it('has an epoch, which stays', async () => {
      const epoch = await feeds.epoch();
      expect(epoch).not.toBe('');
      await feeds.append([entry('a')]);
      expect(await feeds.epoch()).toBe(epoch);
    });

    it('rejects a feed or a field that is not there', async () => {
      await expect(feeds.append([{ ...entry('a'), feed: 'none' }])).rejects.toThrow(TypeError);
      await expect(feeds.head('none', 'lab')).rejects.toThrow(TypeError);
      await feeds.append([entry('a')]);
      await expect(read({ where: [{ field: 'none', anyOf: ['a'] }] })).rejects.toThrow(TypeError);
    });
  });
};
