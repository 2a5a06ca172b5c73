import type { FeedReadQuery } from '@test-planning/kernel/feeds';
import type { ServiceStores } from '@test-planning/kernel/mongodb';
import { TestDatabases } from '@test-planning/kernel/mongodb/testing';
import type { OrderBy, ViewPageQuery } from '@test-planning/kernel/read-models';
import { withMongodb } from '@test-planning/kernel/testing';
import { storesOf } from '../services';
import type { ServiceName } from '../topology';
import { documentOf, entryOf, FEW, IN_A_LAB } from './lab-of-documents';

/** What the APIs and workers ask for, by view: the orders, and the words by which few are found. */
const experimentOrders = ['name', 'createdAt', 'updatedAt', 'plannedStart'];
const methodOrders = ['name', 'createdAt', 'updatedAt', 'applicationRate'];
const orders: [service: ServiceName, view: string, fields: string[]][] = [
  ['experiments', 'experiments', experimentOrders], ['methods', 'methods', methodOrders], ['methods', 'attachments', ['linkedAt']], ['saga', 'processes', ['startedAt']],
];
const filters: [service: ServiceName, view: string, field: string, word: string, fields: string[]][] = [
  ['experiments', 'experiments', 'status', 'CANCELLED', experimentOrders],
  ['experiments', 'experiments', 'creatorId', 'user7', experimentOrders],
  ['experiments', 'experiments', 'tags', 'tag7', experimentOrders],
  ['experiments', 'experiments', 'methodId', 'method7', experimentOrders],
  ['methods', 'methods', 'id', 'method7', methodOrders],
  ['methods', 'methods', 'creatorId', 'user7', methodOrders],
  ['methods', 'methods', 'tags', 'tag7', methodOrders],
  ['methods', 'attachments', 'methodId', 'method7', ['linkedAt']],
  ['methods', 'attachments', 'experimentId', 'experiment7', ['linkedAt']],
  ['saga', 'processes', 'state', 'STUCK', ['startedAt']],
  ['saga', 'processes', 'subjectId', 'subject7', ['startedAt']],
];
const common: typeof filters = [['experiments', 'experiments', 'status', 'PLANNED', experimentOrders], ['saga', 'processes', 'state', 'COMPLETED', ['startedAt']]];

const eachOrder = (fields: readonly string[]): OrderBy[] => fields.flatMap((field) => [{ field, direction: 'ascending' as const }, { field, direction: 'descending' as const }]);
const sum = (plans: readonly { documents: number }[]): number => plans.reduce((all, { documents }) => all + documents, 0);

const LIMIT = 20;

withMongodb((url) => {
  describe('what the server does for what the services ask', () => {
    let databases: TestDatabases;
    const stores = new Map<string, ServiceStores>();
    beforeAll(async () => {
      databases = new TestDatabases(url);
      const mongodb = await databases.open();
      await Promise.all(Object.entries(storesOf).map(async ([service, definitions]) => {
        const opened = await mongodb.service(service, definitions);
        stores.set(service, opened);
        await Promise.all([
          ...(definitions.views ?? []).map(({ name }) => opened.views.write(inTwoLabs((lab, index) => {
            const id = String(index);
            return { view: name, lab, id, stream: `${lab}/${name}/${id}` as const, sequence: 1, document: made(documentOf, name)(index) };
          }))),
          ...(definitions.feeds ?? []).map(({ name }) => opened.feeds.append(inTwoLabs((lab, index) => (
            { feed: name, owner: lab, key: `${lab}/${index}`, entry: made(entryOf, name)(index) }
          )))),
        ]);
      }));
    });
    afterAll(() => databases.close());

    const storesFor = (service: string): ServiceStores => {
      const found = stores.get(service);
      if (!found) throw new Error(`There is no service ${service}`);
      return found;
    };
    const pagePlans = (service: ServiceName, queries: (Omit<ViewPageQuery, 'lab' | 'limit'> & { lab?: string | undefined })[]) =>
      databases.readsDuring(service, async () => {
        for (const query of queries) await storesFor(service).views.page({ lab: 'lab1', limit: LIMIT, ...query });
      });
    const countPlans = (service: ServiceName, view: string, field: string, word: string) =>
      databases.readsDuring(service, () => storesFor(service).views.count({ view, lab: 'lab1', where: [{ field, anyOf: [word] }] }));
    const feedPlans = (query: Omit<FeedReadQuery, 'limit' | 'owner'>) =>
      databases.readsDuring('activity', () => storesFor('activity').feeds.read({ owner: 'lab1', limit: LIMIT, ...query }));

    it.each(orders)('%s: pages of %s go along an index in each order, and no further than they have to', async (service, view, fields) => {
      for (const field of fields) {
        const queries: ViewPageQuery[] = [];
        for (const orderBy of eachOrder([field])) {
          const query = { view, lab: 'lab1', orderBy, limit: LIMIT };
          const { items } = await storesFor(service).views.page({ ...query, limit: IN_A_LAB });
          // The second page first, so that what the server remembers of it is used for those far behind.
          const places = [items.at(LIMIT - 1), items.at(100), items.at(300), items.at(-100)].flatMap((item) => item?.position ?? []);
          expect(places).toHaveLength(4);
          queries.push(query, { ...query, fromEnd: true }, ...places.flatMap((place) => [{ ...query, after: place }, { ...query, before: place, fromEnd: true }]));
        }
        const plans = await pagePlans(service, queries);
        for (const { indexes, isSorted } of plans) expect([indexes, isSorted]).toEqual([[`{ lab: 1, fields.${field}: 1, id: 1 }`], false]);
        // One more than asked for tells whether there is more, and those with the same value may be looked at in vain.
        expect(Math.max(...plans.map(({ documents }) => documents))).toBeLessThanOrEqual(LIMIT + 1 + FEW);
      }
    });

    it.each(filters)('%s: the few %s by %s %s are found by its index, and counted so', async (service, view, field, word, fields) => {
      const byIt = `{ lab: 1, fields.${field}: 1`;
      const queries = eachOrder(fields).map((orderBy) => ({ view, orderBy, where: [{ field, anyOf: [word] }] }));
      const plans = await pagePlans(service, queries);
      const found = plans.filter(({ indexes: [index, ...others] }) => index?.startsWith(byIt) && others.length === 0);
      // Where there is one order only, it is in the index as well.
      expect(found.slice(0, queries.length)).toEqual(queries.map(() => expect.objectContaining({ documents: FEW, isSorted: fields.length > 1 })));
      // Those without a value to order by are looked for as well: whichever index leaves fewer.
      for (const plan of plans) expect(plan.documents).toBeLessThanOrEqual(FEW);
      const counted = await countPlans(service, view, field, word);
      expect(counted).toMatchObject([{ indexes: [expect.stringContaining(byIt)] }]);
      expect(sum(counted)).toBeLessThanOrEqual(FEW);
    });

    it.each(common)('%s: the many %s by %s %s are still read in order, whatever was found by it before', async (service, view, field, word, fields) => {
      const queries = eachOrder(fields).map((orderBy) => ({ view, orderBy, where: [{ field, anyOf: [word] }] }));
      const plans = await pagePlans(service, queries);
      expect(plans).toEqual(queries.map(() => expect.objectContaining({ isSorted: false })));
      // On the way are a few that have another word.
      for (const plan of plans) expect(plan.documents).toBeLessThanOrEqual(LIMIT + 1 + FEW);
    });

    it.each(orders.slice(0, 2))('%s: the few %s with a word are found by its beginning', async (service, view, fields) => {
      const queries = eachOrder(fields).map((orderBy) => ({ view, orderBy, search: 'plot number77' }));
      const plans = await pagePlans(service, queries);
      expect(plans.filter(({ indexes: [index] }) => index === '{ lab: 1, words: 1 }').length).toBeGreaterThanOrEqual(queries.length);
      for (const plan of plans) expect(plan.documents).toBeLessThanOrEqual(FEW);
    });

    it('saga: timers of all labs go along an index', async () => {
      const query: ViewPageQuery = { view: 'timers', lab: undefined, orderBy: { field: 'dueAt', direction: 'ascending' }, limit: LIMIT };
      const { items } = await storesFor('saga').views.page({ ...query, limit: IN_A_LAB });
      const places = [items.at(LIMIT - 1), items.at(300), items.at(-1)].flatMap((item) => item?.position ?? []);
      expect(places).toHaveLength(3);
      const plans = await pagePlans('saga', [query, ...places.map((after) => ({ ...query, after }))]);
      expect(plans).toEqual(Array.from({ length: 4 }, () => expect.objectContaining({ indexes: ['{ fields.dueAt: 1, id: 1 }'], isSorted: false })));
      expect(Math.max(...plans.map(({ documents }) => documents))).toBeLessThanOrEqual(LIMIT + 1 + FEW);
    });

    it.each(['commands', 'subjects', 'read-marks'])('activity: %s are got by their ids alone', async (view) => {
      const plans = await databases.readsDuring('activity', () => storesFor('activity').views.get(view, 'lab1', ['1', '2', '3']));
      expect(plans).toMatchObject([{ indexes: ['{ _id: 1 }'], documents: 3 }]);
    });

    it.each<[string, 'ascending' | 'descending']>([['lab', 'descending'], ['lab', 'ascending'], ['notifications', 'descending'], ['notifications', 'ascending']])(
      'activity: the feed %s is read by its numbers, %s', async (feed, direction) => {
        const plans = await feedPlans({ feed, direction, after: 100, before: 900 });
        for (const { indexes, isSorted } of plans) expect([indexes, isSorted]).toEqual([['{ _id: 1 }'], false]);
        expect(sum(plans)).toBeLessThanOrEqual(LIMIT + 1);
      });

    it.each([['subjectId', 'subject7'], ['commandId', 'command7']])('activity: the few entries by %s %s are found by its index, in order', async (field, word) => {
      const byIt = `{ _id.owner: 1, fields.${field}: 1, _id.number: 1 }`;
      const plans = await feedPlans({ feed: 'lab', direction: 'descending', where: [{ field, anyOf: [word] }] });
      expect(plans.at(-1)).toMatchObject({ indexes: [byIt], isSorted: false, documents: FEW });
      const counted = await databases.readsDuring('activity', () => storesFor('activity').feeds.count({ feed: 'lab', owner: 'lab1', where: [{ field, anyOf: [word] }] }));
      expect(counted).toMatchObject([{ indexes: [byIt] }]);
      expect(sum(counted)).toBeLessThanOrEqual(FEW);
    });
  });
});

const inTwoLabs = <T>(make: (lab: string, index: number) => T): T[] =>
  ['lab1', 'lab2'].flatMap((lab) => Array.from({ length: IN_A_LAB }, (_, index) => make(lab, index)));

const made = (makers: Readonly<Record<string, (index: number) => object>>, name: string): ((index: number) => object) => {
  const maker = makers[name];
  if (!maker) throw new Error(`There is nothing to put into ${name}: say what in lab-of-documents.ts`);
  return maker;
};
