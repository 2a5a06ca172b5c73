import type { Document } from 'mongodb';
import type { FeedDefinition, NewFeedEntry } from '../feeds/feeds';
import { withMongodb } from '../testing/real-servers';
import type { ServiceStores } from './mongodb';
import { TestDatabases } from './open-for-tests';

const news: FeedDefinition<{ key: string }> = { name: 'news', fields: { subject: { kind: 'keywords', of: ({ key }) => [key], isSelective: true } } };
const entry = (key: string, owner = 'lab'): NewFeedEntry => ({ feed: 'news', owner, key, entry: { key } });

withMongodb((url) => {
  describe('feeds that several processes append to', () => {
    let databases: TestDatabases;
    beforeEach(() => {
      databases = new TestDatabases(url);
    });
    afterEach(() => databases.close());

    const open = async (): Promise<ServiceStores> => (await databases.open()).service('things', { feeds: [news] });
    const read = async ({ feeds }: ServiceStores, owner = 'lab') => (await feeds.read<{ key: string }>({ feed: 'news', owner, direction: 'ascending', limit: 10_000 })).entries;

    it('have no hole and nothing twice, each process\'s entries in its order, while some come again', async () => {
      const processes = await Promise.all([1, 2, 3, 4].map(open));
      const owners = ['lab', 'lab/ada', 'lab2'];
      await Promise.all(processes.map(async (stores, process) => {
        for (let round = 0; round < 12; round += 1) {
          const number = String(round).padStart(2, '0');
          const own = owners.flatMap((owner) => ['a', 'b'].map((part) => entry(`p${process}-${number}${part}`, owner)));
          const shared = owners.map((owner) => entry(`s${round}`, owner));
          const again = round === 0 ? [] : owners.map((owner) => entry(`p${process}-${String(round - 1).padStart(2, '0')}b`, owner));
          const late = own.filter(({ key }) => key.endsWith('a'));
          // The first one is under way while the others wait, which are then appended together.
          await Promise.all([shared, [...again, ...own, ...shared], [...shared, ...again, ...late]].map((entries) => stores.feeds.append(entries)));
        }
      }));
      const reader = processes[0] as ServiceStores;
      for (const owner of owners) {
        const entries = await read(reader, owner);
        expect(entries.map(({ number }) => number)).toEqual(Array.from({ length: 4 * 24 + 12 }, (_, index) => index + 1));
        const keys = entries.map(({ entry: { key } }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const process of [0, 1, 2, 3]) {
          const own = keys.filter((key) => key.startsWith(`p${process}-`));
          expect(own).toEqual(own.toSorted());
        }
      }
    });

    it('show no entry before all in front of it, to whoever reads meanwhile', async () => {
      const [one, two, reader] = [await open(), await open(), await open()];
      let isDone = false;
      const appending = Promise.all([one, two].map(async (stores, process) => {
        for (let round = 0; round < 30; round += 1) await stores.feeds.append(Array.from({ length: 5 }, (_, index) => entry(`${process} ${round} ${index}`)));
      })).finally(() => {
        isDone = true;
      });
      const seen: number[] = [];
      const passedOver: number[] = [];
      const where = [{ field: 'subject', anyOf: ['1 29 4'] }];
      while (!isDone) {
        const { entries, head } = await reader.feeds.read({ feed: 'news', owner: 'lab', after: seen.length, direction: 'ascending', limit: 50 });
        seen.push(...entries.map(({ number }) => number));
        expect(seen.length).toBeLessThanOrEqual(head);
        const filtered = await reader.feeds.read({ feed: 'news', owner: 'lab', where, direction: 'ascending', limit: 50 });
        if (filtered.entries.length === 0) passedOver.push(filtered.head);
      }
      await appending;
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
      const { entries: [last] } = await reader.feeds.read({ feed: 'news', owner: 'lab', where, direction: 'ascending', limit: 50 });
      // Whoever went on from a head that was told would not have missed it.
      expect(last?.number).toBeGreaterThan(Math.max(...passedOver));
    });

    it('cost a handful of round trips for a batch that is known', async () => {
      const stores = await open();
      const batch = Array.from({ length: 500 }, (_, index) => entry(`k${index}`, `lab/${index % 20}`));
      await stores.feeds.append(batch);
      const fresh = await open();
      const commands = await databases.commandsDuring('things', () => fresh.feeds.append([...batch, entry('new')]));
      expect(commands.filter(({ command }) => (command as Document).insert !== undefined)).toHaveLength(2);
      expect((await read(fresh)).map(({ entry: { key } }) => key)).toEqual(['new']);
      expect(await read(fresh, 'lab/0')).toHaveLength(25);
    });

    it('find a selective word in order by its index', async () => {
      const stores = await open();
      await stores.feeds.append(Array.from({ length: 400 }, (_, index) => entry(`k${index}`)));
      const [found] = await databases.commandsDuring('things', () => stores.feeds.read({
        feed: 'news', owner: 'lab', where: [{ field: 'subject', anyOf: ['k3', 'k300', 'none'] }], direction: 'descending', limit: 10,
      }), { 'command.find': 'feeds.news', 'command.filter.$and': { $exists: true } });
      expect(found).toMatchObject({ docsExamined: 2, nreturned: 2 });
      expect(found?.hasSortStage).toBeUndefined();
    });
  });
});
