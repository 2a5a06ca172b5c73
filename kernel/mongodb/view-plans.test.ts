import { MongoClient, type Collection, type Document } from 'mongodb';
import { newId } from '../messaging/ids';
import type { Condition, OrderBy, ViewDefinition, ViewPageQuery, ViewQuery } from '../read-models/read-models';
import { withMongodb } from '../testing/real-servers';
import { viewDocumentOf, viewIndexes, type ViewDocument } from './view-documents';
import { halfQuery, matching, type Half } from './view-query';

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

withMongodb((url) => {
  describe('what the server does for a query', () => {
    let client: MongoClient;
    const collections = new Map<string, Collection<ViewDocument>>();
    beforeAll(async () => {
      client = new MongoClient(url);
      const db = client.db(`test-${newId()}`);
      for (const definition of [plants, beds, alarms]) {
        const collection = db.collection<ViewDocument>(definition.name);
        collections.set(definition.name, collection);
        await collection.createIndexes(viewIndexes(definition));
        await collection.insertMany(Array.from({ length: DOCUMENTS }, (_, index) => {
          const document: Plant = {
            name: `rose${index % 400} of${index % 7}`, height: index % 5 === 0 ? null : index % 11, colour: index % 2 === 0 ? 'red' : 'blue', tags: [`tag${index % 100}`, 'any'],
          };
          const lab = LABS[index % LABS.length] ?? '';
          const id = String(index).padStart(6, '0');
          return viewDocumentOf(definition as ViewDefinition<never>, {
            view: definition.name, lab, id, stream: `${lab}/plant/${id}`, sequence: 2, document: index % 50 === 49 ? null : document,
          });
        }));
      }
    });
    afterAll(async () => {
      await [...collections.values()][0]?.db.dropDatabase();
      await client.close();
    });

    const planOf = async (definition: ViewDefinition<Plant>, query: Partial<ViewPageQuery>, half: Half = 'values') => {
      const asked: ViewPageQuery = { view: definition.name, lab: 'lab1', limit: 20, orderBy: byName, ...query };
      const reading = halfQuery(definition as ViewDefinition<never>, asked, half, asked.fromEnd ?? false);
      if (!reading) throw new Error('Nothing is to be read');
      return summary(await collections.get(definition.name)?.find(reading.filter, { sort: reading.sort, limit: asked.limit }).explain('executionStats') ?? {});
    };
    const countPlan = async (query: Partial<ViewQuery>) => {
      const filter = { $and: matching(plants as ViewDefinition<never>, { view: 'plants', lab: 'lab1', ...query }) };
      return summary(await collections.get('plants')?.find(filter).explain('executionStats') ?? {});
    };

    const byName: OrderBy = { field: 'name', direction: 'ascending' };
    const middle = { value: 'rose2 of2', id: '000201' };

    it.each<[string, Partial<ViewPageQuery>, Half]>([
      ['the first page', {}, 'values'],
      ['the last page', { fromEnd: true }, 'values'],
      ['a page behind a place', { after: middle }, 'values'],
      ['a page before a place, from its end', { before: middle, fromEnd: true }, 'values'],
      ['a page the other way round', { orderBy: { ...byName, direction: 'descending' }, after: middle }, 'values'],
      ['a page between two places', { after: middle, before: { value: 'rose9', id: '' } }, 'values'],
      ['a page of numbers', { orderBy: { field: 'height', direction: 'descending' }, after: { value: 7, id: '000500' } }, 'values'],
      ['what has no value', { orderBy: { field: 'height', direction: 'descending' }, after: { value: null, id: '000500' } }, 'nulls'],
    ])('reads %s along the index, and no more than it takes', async (_what, query, half) => {
      const plan = await planOf(plants, query, half);
      expect(plan.stages).not.toContain('SORT');
      expect(plan.stages).not.toContain('COLLSCAN');
      expect(plan.documents).toBe(20);
    });

    it('finds a selective word by its index, in the order asked for if the view has but one', async () => {
      const where: Condition[] = [{ field: 'tag', anyOf: ['tag13'] }];
      const plan = await planOf(beds, { where, limit: 2 });
      expect(plan.stages).not.toContain('SORT');
      expect(plan.documents).toBe(2);
      const sorted = await planOf(plants, { where });
      expect(sorted.indexes).toEqual([expect.stringContaining('fields.tag')]);
      expect(sorted.documents).toBeLessThan(10);
    });

    it('walks the order for a word that many have', async () => {
      const plan = await planOf(plants, { where: [{ field: 'colour', anyOf: ['red'] }], limit: 10 });
      expect(plan.stages).not.toContain('SORT');
      expect(plan.documents).toBeLessThan(40);
    });

    it('finds words by their beginnings in the index', async () => {
      const plan = await planOf(plants, { search: 'rose17 of' });
      expect(plan.indexes).toEqual([expect.stringContaining('words')]);
      expect(plan.documents).toBeLessThan(15);
    });

    it('reads across labs along the index', async () => {
      const plan = await planOf(alarms, { lab: undefined, after: middle });
      expect(plan.stages).not.toContain('SORT');
      expect(plan.documents).toBeLessThan(25);
    });

    it('counts a lab in an index, looking at no document', async () => {
      const explained = await collections.get('plants')?.aggregate([{ $match: { $and: matching(plants as ViewDefinition<never>, { view: 'plants', lab: 'lab1' }) } }, { $group: { _id: 1, n: { $sum: 1 } } }]).explain('executionStats') ?? {};
      expect(summary(explained as Document).documents).toBe(0);
      expect((await countPlan({ where: [{ field: 'tag', anyOf: ['tag13'] }] })).documents).toBeLessThan(10);
    });
  });
});

/** The stages and indexes of a plan, and how many documents were looked at for it. */
const summary = (explained: Document): { stages: string[]; indexes: string[]; documents: number } => {
  const inner = (explained.stages as { $cursor?: Document }[] | undefined)?.[0]?.$cursor ?? explained;
  const stats = inner.executionStats as { totalDocsExamined: number };
  const stages: string[] = [];
  const indexes: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('stage' in value && typeof value.stage === 'string') stages.push(value.stage);
    if ('indexName' in value && typeof value.indexName === 'string') indexes.push(value.indexName);
    for (const member of Object.values(value)) walk(member);
  };
  walk((inner.queryPlanner as { winningPlan: unknown }).winningPlan);
  return { stages, indexes, documents: stats.totalDocsExamined };
};
