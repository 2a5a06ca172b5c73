import type { Condition, OrderBy, ViewDefinition, ViewPageQuery, ViewQuery } from '../read-models/read-models';
import { withMongodb } from '../testing/real-servers';
import type { ServiceStores } from './mongodb';
import { TestDatabases } from './open-for-tests';
import type { ReadPlan } from './read-plan';

interface Plant {
  name: string;
  height: number | null;
  colour: string;
  tags: string[];
}

const plants: ViewDefinition<Plant> = {
  name: 'plants',
  version: 1,
  fields: {
    name: { kind: 'text', of: ({ name }) => name },
    height: { kind: 'number', of: ({ height }) => height },
    colour: { kind: 'keywords', of: ({ colour }) => [colour] },
    tag: { kind: 'keywords', of: ({ tags }) => tags, isSelective: true },
  },
  search: ({ name }) => [name],
};
const beds: ViewDefinition<Plant> = {
  name: 'beds', version: 1, fields: { tag: { kind: 'keywords', of: ({ tags }) => tags, isSelective: true }, name: { kind: 'text', of: ({ name }) => name } },
};
const alarms: ViewDefinition<Plant> = { name: 'alarms', version: 1, acrossLabs: true, fields: { name: { kind: 'text', of: ({ name }) => name } } };

const DOCUMENTS = 1_200;
const LABS = ['lab1', 'lab2', 'lab3'];
const LIMIT = 20;

withMongodb((url) => {
  describe('what the server does for a query', () => {
    let databases: TestDatabases;
    let views: ServiceStores['views'];
    beforeAll(async () => {
      databases = new TestDatabases(url);
      ({ views } = await (await databases.open()).service('garden', { views: [plants, beds, alarms] }));
      await views.write([plants, beds, alarms].flatMap(({ name: view }) => Array.from({ length: DOCUMENTS }, (_, index) => {
        const document: Plant = {
          name: `rose${index % 400} of${index % 7}`, height: index % 5 === 0 ? null : index % 11, colour: index % 2 === 0 ? 'red' : 'blue', tags: [`tag${index % 100}`, 'any'],
        };
        const lab = LABS[index % LABS.length] ?? '';
        const id = String(index).padStart(6, '0');
        return { view, lab, id, stream: `${lab}/plant/${id}` as const, sequence: 2, document: index % 50 === 49 ? null : document };
      })));
    });
    afterAll(() => databases.close());

    const byName: OrderBy = { field: 'name', direction: 'ascending' };
    const middle = { value: 'rose2 of2', id: '000201' };

    const plansOf = (definition: ViewDefinition<Plant>, query: Partial<ViewPageQuery>): Promise<ReadPlan[]> =>
      databases.readsDuring('garden', () => views.page({ view: definition.name, lab: 'lab1', limit: LIMIT, orderBy: byName, ...query }));
    const planOf = async (definition: ViewDefinition<Plant>, query: Partial<ViewPageQuery>): Promise<ReadPlan> => {
      const [plan, ...others] = await plansOf(definition, query);
      if (!plan || others.length > 0) throw new Error(`Not one read, but ${JSON.stringify([plan, ...others])}`);
      return plan;
    };
    const countPlans = (query: Partial<ViewQuery>): Promise<ReadPlan[]> => databases.readsDuring('garden', () => views.count({ view: 'plants', lab: 'lab1', ...query }));

    it.each<[string, Partial<ViewPageQuery>]>([
      ['the first page', {}],
      ['a page behind a place', { after: middle }],
      ['a page the other way round', { orderBy: { ...byName, direction: 'descending' }, after: middle }],
      ['a page between two places', { after: middle, before: { value: 'rose9', id: '' } }],
      ['a page before a place, from its end', { before: middle, fromEnd: true }],
      ['the last page', { fromEnd: true }],
      ['a page of numbers', { orderBy: { field: 'height', direction: 'descending' }, after: { value: 7, id: '000500' } }],
      ['what has no value', { orderBy: { field: 'height', direction: 'descending' }, after: { value: null, id: '000500' } }],
    ])('reads %s along the index, and no more than it takes', async (_what, query) => {
      const plans = await plansOf(plants, query);
      const { field } = query.orderBy ?? byName;
      for (const { indexes, isSorted } of plans) expect([indexes, isSorted]).toEqual([[`{ lab: 1, fields.${field}: 1, id: 1 }`], false]);
      // One more than asked for tells whether there is more.
      const looked = plans.reduce((sum, { documents }) => sum + documents, 0);
      expect(looked).toBeGreaterThan(LIMIT);
      // Names are nearly each one's own; of many with the same height, the server may look at as many in vain as it finds.
      expect(looked).toBeLessThanOrEqual(field === 'name' ? LIMIT + 3 : 2 * (LIMIT + 1));
    });

    it('finds a selective word by its index, in the order asked for if the view has but one', async () => {
      const where: Condition[] = [{ field: 'tag', anyOf: ['tag13'] }];
      expect(await planOf(beds, { where, limit: 2 })).toMatchObject({ indexes: ['{ lab: 1, fields.tag: 1, fields.name: 1, id: 1 }'], isSorted: false, documents: 3 });
      const plans = await plansOf(plants, { where });
      expect(plans[0]?.indexes).toEqual([expect.stringContaining('fields.tag')]);
      for (const { documents } of plans) expect(documents).toBeLessThan(10);
    });

    it('walks the order for a word that many have', async () => {
      const plan = await planOf(plants, { where: [{ field: 'colour', anyOf: ['red'] }], limit: 10 });
      expect(plan.isSorted).toBe(false);
      expect(plan.documents).toBeLessThan(40);
    });

    it('finds words by their beginnings in the index', async () => {
      const [plan] = await plansOf(plants, { search: 'rose17 of' });
      expect(plan).toMatchObject({ indexes: [expect.stringContaining('words')] });
      expect(plan?.documents).toBeLessThan(15);
    });

    it('reads across labs along the index', async () => {
      const plan = await planOf(alarms, { lab: undefined, after: middle });
      expect(plan.isSorted).toBe(false);
      expect(plan.documents).toBeLessThan(25);
    });

    it('counts a lab in an index, looking at no document', async () => {
      expect(await countPlans({})).toMatchObject([{ documents: 0 }]);
      const [byTag] = await countPlans({ where: [{ field: 'tag', anyOf: ['tag13'] }] });
      expect(byTag?.documents).toBeLessThan(10);
    });
  });
});
