import type { Transactor } from '../event-sourcing/transaction';
import type { ViewDefinition } from '../read-models/read-models';
import type { RebuildableReadModels } from '../read-models/view-versions';

const view: ViewDefinition<{ n: number }> = { name: 'things', version: 1, fields: {} };
const write = (id: string, n: number) => ({ view: view.name, lab: 'lab', id, stream: `lab/thing/${id}` as const, sequence: n, document: { n } });

/** What every transactor promises, atomic or not. */
export const transactorContract = (
  open: (views: readonly ViewDefinition<never>[]) => Promise<{ transactor: Transactor; views: RebuildableReadModels; close(): Promise<void> }>,
): void => {
  describe('a transactor', () => {
    let transactor: Transactor;
    let views: RebuildableReadModels;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ transactor, views, close } = await open([view]));
    });
    afterEach(() => close());
    const get = async (id: string) => (await views.get<{ n: number }>(view.name, 'lab', [id])).get(id)?.n;

    it('gives what the work gives, when all that it wrote is there', async () => {
      const result = await transactor.transact(async () => {
        await views.write([write('a', 1)]);
        await views.write([write('b', 2)]);
        return 'done';
      });
      expect([result, await get('a'), await get('b')]).toEqual(['done', 1, 2]);
    });

    it('lets work see what it wrote', async () => {
      expect(await transactor.transact(async () => {
        await views.write([write('a', 1)]);
        return get('a');
      })).toBe(1);
    });

    it('rejects with what the work threw, and goes on with others', async () => {
      const failing = transactor.transact(async () => {
        await views.write([write('a', 1)]);
        throw new RangeError('no');
      });
      const fine = transactor.transact(() => views.write([write('b', 1)]));
      await expect(failing).rejects.toThrow(new RangeError('no'));
      await fine;
      expect(await get('b')).toBe(1);
      await views.write([write('a', 2)]);
      expect(await get('a')).toBe(2);
    });

    it('takes work inside work as a part of it', async () => {
      await transactor.transact(async () => {
        await views.write([write('a', 1)]);
        await transactor.transact(() => views.write([write('b', 1)]));
      });
      expect([await get('a'), await get('b')]).toEqual([1, 1]);
    });

    it('runs many at once', async () => {
      await Promise.all(Array.from({ length: 300 }, (_, index) => transactor.transact(async () => {
        await views.write([write(`x${index}`, 1)]);
        await views.write([write(`y${index}`, 1)]);
      })));
      expect(await views.count({ view: view.name, lab: 'lab' })).toBe(600);
    });
  });
};
