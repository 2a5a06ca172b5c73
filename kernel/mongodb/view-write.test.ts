import type { ViewDefinition } from '../read-models/read-models';
import { withMongodb } from '../testing/real-servers';
import type { ServiceStores } from './mongodb';
import { TestDatabases } from './open-for-tests';

const things: ViewDefinition<{ n: number }> = { name: 'things', version: 1, fields: {} };
const write = (id: string, sequence: number) => ({ view: 'things', lab: 'lab', id, stream: `lab/thing/${id}` as const, sequence, document: { n: sequence } });

withMongodb((url) => {
  describe('documents that several workers write', () => {
    let databases: TestDatabases;
    beforeEach(() => {
      databases = new TestDatabases(url);
    });
    afterEach(() => databases.close());

    const open = async (): Promise<ServiceStores> => (await databases.open()).service('things', { views: [things] });
    const numbers = async (stores: ServiceStores, ids: readonly string[]) =>
      [...(await stores.views.get<{ n: number }>('things', 'lab', ids)).values()].map(({ n }) => n);

    it('end at the highest sequence, whoever is first to make them', async () => {
      const workers = await Promise.all([open(), open(), open()]);
      const ids = Array.from({ length: 40 }, (_, index) => `d${index}`);
      for (let round = 0; round < 5; round += 1) {
        const ofRound = ids.map((id) => `${round}-${id}`);
        await Promise.all([2, 3, 4, 5, 1, 6].map(async (sequence) => workers[sequence % 3]?.views.write(ofRound.map((id) => write(id, sequence)))));
        expect(await numbers(workers[0] as ServiceStores, ofRound)).toEqual(ids.map(() => 6));
      }
    });

    it('end at the highest sequence while a view is built as well', async () => {
      const { views, ...rest } = await open();
      await views.clear('things');
      await views.write([write('a', 5)]);
      await views.write([write('a', 7), write('b', 2)]);
      await views.write([write('a', 6), write('b', 1)]);
      expect(await numbers({ views, ...rest }, ['a', 'b'])).toEqual([7, 2]);
    });
  });
});
