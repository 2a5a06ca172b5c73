import fc from 'fast-check';
import type { Commit } from '../event-sourcing/commit';
import type { FeedDefinition } from '../feeds/feeds';
import type { ViewDefinition } from '../read-models/read-models';
import { withMongodb } from '../testing/real-servers';
import type { ServiceStores } from './mongodb';
import { TestDatabases } from './open-for-tests';

const things: ViewDefinition = { name: 'things', version: 1, fields: {} };
const news: FeedDefinition = { name: 'news', fields: {} };

/** Keys and texts of which BSON or the driver might make something else, among any others. */
const key = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('$set', '$ref', '$id', '$db', 'a.b', '', '__proto__', '_bsontype', 'toBSON', 'constructor', '\0', 'n\0n', '_id'));
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', 'a\udfffb', '\0', '\ufffd', '😀', 'ObjectId', 'DBRef'));
const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), fc.constantFrom(2 ** 31, -(2 ** 31) - 1, 2 ** 53 + 2, 1e308, 5e-324));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' }, fc.constant(null), fc.boolean(), number, text, fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

const commit = (id: string, sequence: number, data: unknown): Commit => ({
  id, stream: 'lab/thing/a', sequence, version: 1, inputHash: '', at: '', actor: { userId: 'ada', name: 'Ada' },
  message: { id, origin: 'client', type: 'Do', time: '', correlationId: id }, result: { kind: 'accepted', events: [{ type: 'Done', data }] },
});

withMongodb((url) => {
  describe('what goes in', () => {
    let databases: TestDatabases;
    let stores: ServiceStores;
    beforeAll(async () => {
      databases = new TestDatabases(url);
      stores = await (await databases.open()).service('things', { views: [things], feeds: [news] });
    });
    afterAll(() => databases.close());
    let sequence = 0;

    const roundTrip = async (value: unknown): Promise<unknown[]> => {
      sequence += 1;
      const id = String(sequence);
      await Promise.all([
        stores.events.append([commit(id, sequence, value)]),
        stores.views.write([{ view: 'things', lab: 'lab', id, stream: 'lab/thing/a', sequence, document: { value } }]),
        stores.feeds.append([{ feed: 'news', owner: 'lab', key: id, entry: { value } }]),
      ]);
      const [[stored], documents, { entries }] = await Promise.all([
        stores.events.find([id]),
        stores.views.get<{ value: unknown }>('things', 'lab', [id]),
        stores.feeds.read<{ value: unknown }>({ feed: 'news', owner: 'lab', after: sequence - 1, direction: 'ascending', limit: 1 }),
      ]);
      const data = stored?.result.kind === 'accepted' ? stored.result.events[0]?.data : undefined;
      return [data, documents.get(id)?.value, entries[0]?.entry.value];
    };

    it('comes out as it was, whatever JSON it is', async () => {
      await fc.assert(fc.asyncProperty(json, async (value) => {
        const texts = (await roundTrip(value)).map((each) => JSON.stringify(each));
        // A key that looks like a number comes first in every JavaScript object; else the order is kept as well.
        expect(texts).toEqual([value, value, value].map((each) => JSON.stringify(each)));
      }), { numRuns: 200 });
    });

    it('comes out as JSON would make it, if it is none', async () => {
      const value = { left: undefined, list: [undefined, Number.NaN], date: new Date(0), nested: { left: undefined } };
      const expected: unknown = JSON.parse(JSON.stringify(value));
      expect(await roundTrip(value)).toEqual([expected, expected, expected]);
      const plain = { left: undefined, nested: { left: undefined, n: 1 } };
      for (const each of await roundTrip(plain)) expect(Object.keys(each as object)).toEqual(['nested']);
    });

    it('comes out from any depth', async () => {
      const deep = Array.from({ length: 300 }).reduce<unknown>((inner) => ({ inner }), 'end');
      expect(await roundTrip(deep)).toEqual([deep, deep, deep]);
    });

    it('is refused if it can not be found again: an id that is no Unicode text', async () => {
      await expect(stores.events.append([commit('\ud800', 1, {})])).rejects.toThrow(TypeError);
      await expect(stores.views.write([{ view: 'things', lab: 'lab', id: '\ud800', stream: 'lab/thing/a', sequence: 1, document: null }])).rejects.toThrow(TypeError);
      await expect(stores.feeds.append([{ feed: 'news', owner: 'lab', key: '\ud800', entry: {} }])).rejects.toThrow(TypeError);
    });
  });
});
