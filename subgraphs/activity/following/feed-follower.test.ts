import type { FeedDefinition, FeedEntry, Feeds } from '@test-planning/kernel/feeds';
import { MemoryFeeds } from '@test-planning/kernel/memory';
import fc from 'fast-check';
import { FeedTails } from './feed-tails';

interface Note {
  text: string;
  colour: string;
}

const notes: FeedDefinition<Note> = { name: 'notes', fields: { colour: { kind: 'keywords', of: ({ colour }) => [colour] } } };

const OWNER = 'alpha';
const entry = (number: number): { feed: string; owner: string; key: string; entry: Note } =>
  ({ feed: 'notes', owner: OWNER, key: String(number), entry: { text: `note ${number}`, colour: number % 3 === 0 ? 'red' : 'green' } });

const append = (feeds: Feeds, from: number, count: number) =>
  feeds.append(Array.from({ length: count }, (_, index) => entry(from + index)));

const take = async (follower: AsyncIterator<FeedEntry<Note>>, count: number): Promise<number[]> => {
  const numbers: number[] = [];
  while (numbers.length < count) {
    const { value, done } = await follower.next();
    if (done === true) break;
    numbers.push(value.number);
  }
  return numbers;
};

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const setUp = (kept?: number) => {
  const feeds = new MemoryFeeds([notes]);
  return { feeds, tails: new FeedTails(feeds, kept) };
};

test('delivers what stands behind the place, then what is appended later', async () => {
  const { feeds, tails } = setUp();
  await append(feeds, 1, 250);
  const follower = tails.follow(notes, OWNER, { after: 3, head: 250 }, []);
  expect(await take(follower, 247)).toEqual(upTo(250).slice(3));
  const next = take(follower, 2);
  await append(feeds, 251, 2);
  expect(await next).toEqual([251, 252]);
});

test('delivers all of a crowd that comes at once, with nothing behind it to wake anybody', async () => {
  const { feeds, tails } = setUp();
  const follower = tails.follow(notes, OWNER, { after: 0, head: 0 }, []);
  const all = take(follower, 2_500);
  await append(feeds, 1, 2_500);
  expect(await all).toEqual(upTo(2_500));
});

test('delivers only what meets the conditions, from the store and live', async () => {
  const { feeds, tails } = setUp();
  await append(feeds, 1, 10);
  const follower = tails.follow(notes, OWNER, { after: 0, head: 10 }, [{ field: 'colour', anyOf: ['red'] }]);
  const all = take(follower, 4);
  await append(feeds, 11, 3);
  expect(await all).toEqual([3, 6, 9, 12]);
});

test('ends at once, even while it waits, and gives up the feed with its last follower', async () => {
  const { tails } = setUp();
  const [first, second] = [1, 2].map(() => tails.follow(notes, OWNER, { after: 0, head: 0 }, []));
  const waiting = first?.next();
  await first?.return();
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect(await first?.next()).toEqual({ value: undefined, done: true });
  expect(tails.size).toBe(1);
  await second?.return();
  await second?.return();
  expect(tails.size).toBe(0);
});

test('a thousand followers cost one read per append', async () => {
  const { feeds, tails } = setUp();
  const followers = upTo(1_000).map(() => tails.follow(notes, OWNER, { after: 0, head: 0 }, []));
  const all = Promise.all(followers.map((follower) => take(follower, 1)));
  const read = jest.spyOn(feeds, 'read');
  await append(feeds, 1, 1);
  expect(await all).toEqual(followers.map(() => [1]));
  expect(read.mock.calls.length).toBeLessThanOrEqual(3);
});

test('tells that the feed can\'t be read, and ends; who comes later follows again', async () => {
  const { feeds, tails } = setUp();
  const waiting = tails.follow(notes, OWNER, { after: 0, head: 0 }, []);
  const failed = expect(waiting.next()).rejects.toThrow('no disk');
  jest.spyOn(feeds, 'read').mockRejectedValueOnce(new Error('no disk'));
  await append(feeds, 1, 1);
  await failed;
  expect(await waiting.next()).toEqual({ value: undefined, done: true });
  expect(await take(tails.follow(notes, OWNER, { after: 0, head: 1 }, []), 1)).toEqual([1]);
});

test('one that did not wait when the feed could not be read still learns of what it missed', async () => {
  const { feeds, tails } = setUp();
  await append(feeds, 1, 1);
  const busy = tails.follow(notes, OWNER, { after: 0, head: 1 }, []);
  expect(await take(busy, 1)).toEqual([1]);
  jest.spyOn(feeds, 'read').mockRejectedValueOnce(new Error('no disk'));
  await append(feeds, 2, 1);
  await new Promise(setImmediate);
  expect(await take(busy, 1)).toEqual([2]);
});

/** A feed whose reads take as long as the scheduler wants. */
const slowly = (feeds: Feeds, scheduler: fc.Scheduler): Feeds => ({
  append: (entries) => feeds.append(entries),
  read: <Entry>(query: Parameters<Feeds['read']>[0]) => scheduler.schedule(feeds.read<Entry>(query)),
  count: (query) => feeds.count(query),
  head: (feed, owner) => scheduler.schedule(feeds.head(feed, owner)),
  epoch: () => feeds.epoch(),
  watch: (feed, owner, wake) => feeds.watch(feed, owner, () => void scheduler.schedule(Promise.resolve()).then(wake)),
});

test('no gap and no double, however appends, wake-ups and reads interleave', async () => {
  await fc.assert(fc.asyncProperty(
    fc.scheduler(),
    fc.array(fc.integer({ min: 1, max: 130 }), { minLength: 1, maxLength: 8 }),
    fc.integer({ min: 1, max: 40 }),
    fc.array(fc.nat(100), { minLength: 1, maxLength: 4 }),
    async (scheduler, sizes, kept, starts) => {
      const feeds = new MemoryFeeds([notes]);
      const slow = slowly(feeds, scheduler);
      const tails = new FeedTails(slow, kept);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const followed = starts.map(async (start) => {
        // Some begin before the first append, some in between, some behind the last.
        await scheduler.schedule(Promise.resolve());
        const head = await slow.head('notes', OWNER);
        const after = Math.min(start, head);
        const follower = tails.follow(notes, OWNER, { after, head }, []);
        const delivered = await take(follower, total - after);
        await follower.return();
        return { after, delivered };
      });
      let appended = 0;
      const appending = scheduler.scheduleSequence(sizes.map((size) => async () => {
        await append(feeds, appended + 1, size);
        appended += size;
      }));
      await scheduler.waitFor(Promise.all([...followed, appending.task]));
      for (const { after, delivered } of await Promise.all(followed)) expect(delivered).toEqual(upTo(total).slice(after));
    },
  ), { numRuns: 100 });
});
