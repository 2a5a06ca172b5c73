import { UnavailableError } from '../health/unavailable-error';
import type { ViewDefinition } from '../read-models/read-models';
import { eventually } from '../testing/eventually';
import { withMongodb } from '../testing/real-servers';
import type { LeaseTiming } from './lease';
import type { ServiceStores } from './mongodb';
import { TestDatabases } from './open-for-tests';

const view = (version = 1): ViewDefinition<{ n: number }> => ({ name: 'things', version, fields: { n: { kind: 'number', of: ({ n }) => n } } });
const write = (id: string, n: number, sequence = 1) => ({ view: 'things', lab: 'lab', id, stream: `lab/thing/${id}` as const, sequence, document: { n } });
const numbers = async ({ views }: { views: Pick<ServiceStores['views'], 'get'> }): Promise<number[]> =>
  [...(await views.get<{ n: number }>('things', 'lab', ['a', 'b'])).values()].map(({ n }) => n);

const lasting: LeaseTiming = { lastsMs: 60_000, everyMs: 5 };
/** A holder that renews it so seldom is taken for gone. */
const lapsing: LeaseTiming = { lastsMs: 20, everyMs: 10_000 };

withMongodb((url) => {
  describe('views that several processes rebuild', () => {
    let databases: TestDatabases;
    beforeEach(() => {
      databases = new TestDatabases(url);
    });
    afterEach(() => databases.close());

    const open = async (version = 1, lease = lasting): Promise<ServiceStores> => (await databases.open({ lease })).service('things', { views: [view(version)] });
    const rebuildWith = (stores: ServiceStores, n: number) => stores.views.rebuildOutdated(async () => {
      await stores.views.clear('things');
      await stores.views.write([write('a', n)]);
      await stores.views.rebuilt('things');
    });

    it('are rebuilt by one of those that start at once; the others wait, and then use the same', async () => {
      const processes = await Promise.all([1, 2, 3, 4].map(() => open()));
      let inHand = 0;
      let rebuilds = 0;
      await Promise.all(processes.map((stores) => stores.views.rebuildOutdated(async (names) => {
        expect([names, inHand]).toEqual([['things'], 0]);
        inHand += 1;
        await stores.views.clear('things');
        await stores.views.write([write('a', 1)]);
        await stores.views.rebuilt('things');
        rebuilds += 1;
        inHand -= 1;
      })));
      expect(rebuilds).toBe(1);
      for (const stores of processes) expect(await numbers(stores)).toEqual([1]);
      await processes[1]?.views.write([write('b', 2)]);
      expect(await numbers(processes[2] as ServiceStores)).toEqual([1, 2]);
    });

    it('are taken over from a process that is gone; one that was only slow can neither finish nor spoil what its successor did', async () => {
      const [slow, successor] = [await open(1, lapsing), await open()];
      const begun = Promise.withResolvers<undefined>();
      const goOn = Promise.withResolvers<undefined>();
      const failing = slow.views.rebuildOutdated(async () => {
        await slow.views.clear('things');
        begun.resolve(undefined);
        await goOn.promise;
        await slow.views.write([write('a', 666, 9)]);
        await slow.views.rebuilt('things');
      });
      await begun.promise;
      await rebuildWith(successor, 1);
      goOn.resolve(undefined);
      await expect(failing).rejects.toThrow('begun to rebuild');
      expect([await numbers(successor), await successor.views.outdated()]).toEqual([[1], []]);
    });

    it('are told that another process may have taken over', async () => {
      const [slow, successor] = [await open(1, { lastsMs: 20, everyMs: 30 }), await open()];
      await slow.views.rebuildOutdated(async (_names, signal) => {
        const lost = new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        await rebuildWith(successor, 1);
        await lost;
      });
    });

    it('are held by whoever renews the lease, however long it takes', async () => {
      const [busy, other] = [await open(1, { lastsMs: 300, everyMs: 10 }), await open()];
      const order: string[] = [];
      let waiting: Promise<void> | undefined;
      await busy.views.rebuildOutdated(async (_names, signal) => {
        waiting = other.views.rebuildOutdated(() => {
          order.push('other');
          return Promise.resolve();
        });
        const until = performance.now() + 900;
        await eventually(() => {
          expect(performance.now()).toBeGreaterThan(until);
        });
        expect(signal.aborted).toBe(false);
        order.push('busy');
      });
      await waiting;
      expect(order).toEqual(['busy', 'other']);
    });

    it('can be rebuilt by another process after one that failed', async () => {
      const [failing, other] = [await open(), await open()];
      await expect(failing.views.rebuildOutdated(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await rebuildWith(other, 1);
      expect(await numbers(other)).toEqual([1]);
    });

    it('answer an API when they are complete, and not before', async () => {
      const [worker, api] = [await open(), await open()];
      expect(api.served.problem()).toContain('things');
      await expect(numbers(api.served)).rejects.toThrow(UnavailableError);
      await expect(api.served.views.count({ view: 'things', lab: 'lab' })).rejects.toThrow(UnavailableError);
      await rebuildWith(worker, 1);
      expect(await numbers(api.served)).toEqual([1]);
      expect(api.served.problem()).toBeUndefined();
    });

    it('are found complete by readiness alone, with no query', async () => {
      const [worker, api] = [await open(), await open()];
      await rebuildWith(worker, 1);
      await eventually(() => {
        expect(api.served.problem()).toBeUndefined();
      });
    });

    it('of a new version are built beside the old ones, which serve until they are replaced; to go back is to build them anew', async () => {
      const [oldWorker, oldApi] = [await open(1), await open(1)];
      await rebuildWith(oldWorker, 1);
      const [newWorker, newApi] = [await open(2), await open(2)];
      await expect(numbers(newApi.served)).rejects.toThrow(UnavailableError);
      await rebuildWith(newWorker, 2);
      await newWorker.views.write([write('b', 20)]);
      expect(await numbers(newApi.served)).toEqual([2, 20]);
      expect(await numbers(oldApi.served)).toEqual([1]);
      const rolledBack = await open(1);
      expect(await rolledBack.views.outdated()).toEqual(['things']);
      await rebuildWith(rolledBack, 3);
      expect(await numbers(rolledBack)).toEqual([3]);
      expect(await (await open(2)).views.outdated()).toEqual(['things']);
    });

    it('leave no collection behind that was begun before', async () => {
      const stores = await open();
      for (const n of [1, 2, 3]) {
        await stores.views.clear('things');
        await stores.views.write([write('a', n)]);
        await stores.views.rebuilt('things');
      }
      const names = await databases.withClient(async (client) => (await client.db(`${databases.prefix}-things`).listCollections().toArray()).map(({ name }) => name));
      expect(names.filter((name) => name.startsWith('views.'))).toEqual(['views.things.v1.3']);
      expect(await numbers(stores)).toEqual([3]);
    });

    it('with other fields under the same version are begun anew', async () => {
      await rebuildWith(await open(), 1);
      const changed: ViewDefinition<never> = { ...view(), fields: {} };
      const stores = await (await databases.open()).service('things', { views: [changed] });
      expect([await stores.views.outdated(), await numbers(stores)]).toEqual([['things'], []]);
    });
  });
});
