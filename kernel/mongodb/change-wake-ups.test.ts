import type { FeedDefinition } from '../feeds/feeds';
import type { ViewDefinition } from '../read-models/read-models';
import { eventually } from '../testing/eventually';
import { withMongodb } from '../testing/real-servers';
import type { WakeUpTiming } from './change-wake-ups';
import type { ServiceStores } from './mongodb';
import { TestDatabases } from './open-for-tests';

const news: FeedDefinition = { name: 'news', fields: {} };
const notes: FeedDefinition = { name: 'notes', fields: {} };
const things: ViewDefinition = { name: 'things', version: 1, fields: {} };
const entry = (key: string, owner = 'lab', feed = 'news') => ({ feed, owner, key, entry: { key } });
const write = (id: string) => ({ view: 'things', lab: 'lab', id, stream: `lab/thing/${id}` as const, sequence: 1, document: { id } });

const backOff = { firstMs: 1, longestMs: 5 };
/** So that nobody is woken but by a change. */
const changesOnly: WakeUpTiming = { backOff, everyMs: 3_600_000, atOnce: 1 };

withMongodb((url) => {
  describe('wake-ups by changes in the database', () => {
    let databases: TestDatabases;
    beforeEach(() => {
      databases = new TestDatabases(url);
    });
    afterEach(() => databases.close());

    const open = async (wakeUps = changesOnly): Promise<ServiceStores> =>
      (await databases.open({ wakeUps })).service('things', { views: [things], feeds: [news, notes] });

    /** Resolves when the watch has begun: its beginning wakes once. */
    const watching = async (watch: (wake: () => void) => () => void) => {
      const seen = { wakeUps: 0 };
      const end = watch(() => {
        seen.wakeUps += 1;
      });
      await eventually(() => {
        expect(seen.wakeUps).toBeGreaterThan(0);
      });
      seen.wakeUps = 0;
      return { seen, end };
    };

    it('come from what other processes wrote, and from that alone', async () => {
      const [reader, writer] = [await open(), await open()];
      const { seen: ofFeed } = await watching((wake) => reader.feeds.watch('news', 'lab', wake));
      const { seen: ofView } = await watching((wake) => reader.views.watch('things', 'lab', 'a', wake));
      await eventually(() => {
        // The stream was opened anew, for the view's sake.
        expect(ofFeed.wakeUps).toBeGreaterThan(0);
      });
      ofFeed.wakeUps = 0;
      await writer.feeds.append([entry('1', 'lab2'), entry('1', 'lab', 'notes')]);
      await writer.views.write([write('b')]);
      await writer.views.write([write('a')]);
      await eventually(() => {
        expect(ofView.wakeUps).toBe(1);
      });
      expect(ofFeed.wakeUps).toBe(0);
      await writer.feeds.append([entry('1'), entry('2')]);
      await eventually(() => {
        expect(ofFeed.wakeUps).toBe(2);
      });
    });

    it('cost ten thousand who wait for one feed a call each and no query', async () => {
      const [reader, writer] = [await open(), await open()];
      const { seen } = await watching((wake) => reader.feeds.watch('news', 'lab', wake));
      let woken = 0;
      for (let index = 0; index < 10_000; index += 1) {
        reader.feeds.watch('news', 'lab', () => {
          woken += 1;
        });
      }
      await writer.feeds.append([entry('1')]);
      await eventually(() => {
        expect([seen.wakeUps, woken]).toEqual([1, 10_000]);
      });
    });

    it.each([
      ['its cursor is killed', 'killCursors'],
      ['its operation is killed', 'killOp'],
    ] as const)('go on when %s', async (_what, how) => {
      const [reader, writer] = [await open(), await open()];
      const { seen } = await watching((wake) => reader.feeds.watch('news', 'lab', wake));
      await databases.withClient(async (client) => {
        const database = `${databases.prefix}-things`;
        const streams = await eventually(async () => {
          const found = await client.db('admin').aggregate([
            { $currentOp: { idleCursors: true } },
            { $match: { ns: { $regex: `^${database}\\.` }, 'cursor.tailable': true } },
          ]).toArray() as { opid?: number; cursor: { cursorId: unknown } }[];
          expect(found.filter(({ opid }) => how === 'killCursors' || opid !== undefined)).not.toEqual([]);
          return found;
        });
        for (const { opid, cursor } of streams) {
          if (how === 'killCursors') await client.db(database).command({ killCursors: '$cmd.aggregate', cursors: [cursor.cursorId] });
          else await client.db('admin').command({ killOp: 1, op: opid });
        }
      });
      await writer.feeds.append([entry('1')]);
      await eventually(() => {
        expect(seen.wakeUps).toBeGreaterThan(0);
      });
    });

    it('come late, but come, when the stream says nothing', async () => {
      const reader = await open({ backOff, everyMs: 20, atOnce: 2 });
      const owners = ['a', 'b', 'c', 'd', 'e'];
      const watched = await Promise.all(owners.map((owner) => watching((wake) => reader.feeds.watch('news', owner, wake))));
      for (const { seen } of watched) seen.wakeUps = 0;
      await eventually(() => {
        expect(watched.every(({ seen }) => seen.wakeUps > 1)).toBe(true);
      });
      const [first] = watched;
      first?.end();
      const before = first?.seen.wakeUps;
      const others = watched.slice(1).map(({ seen }) => seen.wakeUps);
      await eventually(() => {
        expect(watched.slice(1).every(({ seen }, index) => seen.wakeUps > (others[index] ?? 0) + 1)).toBe(true);
      });
      expect(first?.seen.wakeUps).toBe(before);
    });
  });
});
