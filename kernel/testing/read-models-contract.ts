import fc from 'fast-check';
import { comparePositions } from '../read-models/order';
import type { KeysetPosition, OrderBy, ViewDefinition, ViewPageQuery, ViewQuery, ViewWrite } from '../read-models/read-models';
import type { RebuildableReadModels } from '../read-models/view-versions';
import { eventually } from './eventually';

interface Plant {
  name: string;
  colour: string;
  tags: string[];
  height: number | null;
  planted: string | null;
}

const plants: ViewDefinition<Plant> = {
  name: 'plants',
  version: 1,
  fields: {
    colour: { kind: 'keywords', of: ({ colour }) => [colour] },
    tags: { kind: 'keywords', of: ({ tags }) => tags },
    name: { kind: 'text', of: ({ name }) => name },
    height: { kind: 'number', of: ({ height }) => height },
    planted: { kind: 'text', of: ({ planted }) => planted },
  },
  search: ({ name, tags }) => [name, ...tags],
};

const nameless: ViewDefinition<{ n: number }> = { name: 'name-less', version: 1, fields: {} };

const plant = (changes: Partial<Plant> = {}): Plant => ({ name: 'Rose', colour: 'red', tags: [], height: 1, planted: null, ...changes });
const write = (id: string, document: Plant | null, sequence = 1, lab = 'lab'): ViewWrite =>
  ({ view: 'plants', lab, id, stream: `${lab}/plant/${id}`, sequence, document });
const byName: OrderBy = { field: 'name', direction: 'ascending' };

/** What all read models promise. */
export const readModelsContract = (open: (views: readonly ViewDefinition<never>[]) => Promise<{ views: RebuildableReadModels; close(): Promise<void> }>): void => {
  describe('read models', () => {
    let views: RebuildableReadModels;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ views, close } = await open([plants, nameless]));
    });
    afterEach(() => close());

    const ids = async (query: Partial<ViewPageQuery> = {}): Promise<string[]> =>
      (await views.page<Plant>({ view: 'plants', lab: 'lab', orderBy: byName, limit: 100, ...query })).items.map(({ id }) => id);
    const count = (query: Partial<ViewQuery> = {}) => views.count({ view: 'plants', lab: 'lab', ...query });

    it('gives documents by id, of one lab', async () => {
      await views.write([write('a', plant({ name: 'Ä "quoted" 🌱' })), write('b', plant()), write('a', plant({ name: 'Theirs' }), 1, 'lab2')]);
      const found = await views.get<Plant>('plants', 'lab', ['a', 'b', 'none', 'a']);
      expect(new Map(found)).toEqual(new Map([['a', plant({ name: 'Ä "quoted" 🌱' })], ['b', plant()]]));
      expect((await views.get<Plant>('plants', 'lab2', ['a', 'b'])).get('a')?.name).toBe('Theirs');
    });

    it('keeps what has the higher sequence, whatever comes when', async () => {
      await views.write([write('a', plant({ name: 'second' }), 2)]);
      await views.write([write('a', plant({ name: 'first' }), 1), write('a', plant({ name: 'again' }), 2)]);
      expect((await views.get<Plant>('plants', 'lab', ['a'])).get('a')?.name).toBe('second');
      await views.write([write('a', plant({ name: 'third' }), 3), write('a', plant({ name: 'fourth' }), 4)]);
      expect((await views.get<Plant>('plants', 'lab', ['a'])).get('a')?.name).toBe('fourth');
    });

    it('removes a document for good: one that is written late does not come back', async () => {
      await views.write([write('a', plant(), 1), write('b', plant(), 1)]);
      await views.write([write('a', null, 3)]);
      await views.write([write('a', plant(), 1), write('a', plant(), 2)]);
      expect(await views.get('plants', 'lab', ['a'])).toEqual(new Map());
      expect(await ids()).toEqual(['b']);
      expect(await count()).toBe(1);
      expect(await ids({ where: [{ field: 'colour', anyOf: ['red'] }] })).toEqual(['b']);
      expect(await ids({ search: 'rose' })).toEqual(['b']);
      await views.write([write('never-was', null, 2), write('never-was', plant(), 1)]);
      expect(await ids()).toEqual(['b']);
    });

    it('filters by keywords, any of them, and by ranges; all conditions have to hold', async () => {
      await views.write([
        write('a', plant({ name: 'a', colour: 'red', tags: ['tall', 'wild'], height: 3, planted: '2026-01-01' })),
        write('b', plant({ name: 'b', colour: 'blue', tags: ['wild'], height: 2, planted: '2026-02-01' })),
        write('c', plant({ name: 'c', colour: 'red', tags: [], height: null, planted: null })),
        write('d', plant({ name: 'd', colour: 'red', tags: ['wild'], height: 9 }), 1, 'lab2'),
      ]);
      const cases: [ViewQuery['where'], string[]][] = [
        [[], ['a', 'b', 'c']],
        [[{ field: 'colour', anyOf: ['red'] }], ['a', 'c']],
        [[{ field: 'colour', anyOf: ['red', 'blue', 'green'] }], ['a', 'b', 'c']],
        [[{ field: 'colour', anyOf: [] }], []],
        [[{ field: 'tags', anyOf: ['wild'] }], ['a', 'b']],
        [[{ field: 'tags', anyOf: ['wild'] }, { field: 'colour', anyOf: ['red'] }], ['a']],
        [[{ field: 'height', from: 2 }], ['a', 'b']],
        [[{ field: 'height', from: 2, to: 2 }], ['b']],
        [[{ field: 'height', to: 2.5 }], ['b']],
        [[{ field: 'planted', from: '2026-01-15' }], ['b']],
        [[{ field: 'planted', to: '2026-01-15' }, { field: 'tags', anyOf: ['tall'] }], ['a']],
      ];
      for (const [where, expected] of cases) {
        expect([where, await ids({ where: where ?? [] })]).toEqual([where, expected]);
        expect([where, await count({ where: where ?? [] })]).toEqual([where, expected.length]);
      }
    });

    it('follows a change in every filter', async () => {
      await views.write([write('a', plant({ name: 'Rose', colour: 'red', tags: ['old'], height: 1 }))]);
      await views.write([write('a', plant({ name: 'Tulip', colour: 'blue', tags: ['new'], height: 5 }), 2)]);
      expect(await ids({ where: [{ field: 'colour', anyOf: ['red'] }] })).toEqual([]);
      expect(await ids({ where: [{ field: 'tags', anyOf: ['old'] }] })).toEqual([]);
      expect(await ids({ where: [{ field: 'tags', anyOf: ['new'] }, { field: 'colour', anyOf: ['blue'] }, { field: 'height', from: 5 }] })).toEqual(['a']);
      expect([await ids({ search: 'rose' }), await ids({ search: 'tulip' })]).toEqual([[], ['a']]);
    });

    it('finds words by their beginnings, all of those asked for, whatever the case and accents', async () => {
      await views.write([
        write('a', plant({ name: 'Écorce brûlée', tags: ['soil-3', 'NPK'] })), write('b', plant({ name: 'Soil study', tags: ['Übung'] })), write('c', plant({ name: 'Землёй' })),
      ]);
      const cases: [string, string[]][] = [
        ['ecorce', ['a']], ['ÉCO', ['a']], ['brulee', ['a']], ['orce', []], ['soil', ['a', 'b']], ['so st', ['b']], ['so zz', []], ['ubung', ['b']], ['soil-3', ['a']],
        ['npk 3', ['a']], ['земле', ['c']], ['', ['a', 'b', 'c']], ['  ', ['a', 'b', 'c']], ['-', ['a', 'b', 'c']],
      ];
      for (const [search, expected] of cases) {
        expect([search, (await ids({ search })).sort()]).toEqual([search, expected]);
        expect([search, await count({ search })]).toEqual([search, expected.length]);
      }
    });

    it('takes anything as words: no query language shines through', async () => {
      await views.write([write('a', plant({ name: 'Rose OR tulip' }))]);
      for (const search of ['"', '""', "'", '*', 'AND', 'NOT', 'rose"', 'name:rose', 'NEAR(rose, 2)', '^rose', 'rose*', '(', '-rose', '{rose}', '%', 'ro_e', '\\', '\0', '$gt', '🌹']) {
        await expect(ids({ search })).resolves.toBeInstanceOf(Array);
      }
      expect(await ids({ search: 'rose OR nothing' })).toEqual([]);
      expect(await ids({ search: 'OR' })).toEqual(['a']);
    });

    it('orders text by code points and puts null last, either way', async () => {
      const names = ['b', 'B', 'a', 'é', 'z', '\uffee', '😀'];
      await views.write(names.map((name, index) => write(`p${index}`, plant({ name, planted: index === 2 ? null : name }))));
      expect(await ids({ orderBy: { field: 'planted', direction: 'ascending' } })).toEqual(['p1', 'p0', 'p4', 'p3', 'p5', 'p6', 'p2']);
      expect(await ids({ orderBy: { field: 'planted', direction: 'descending' } })).toEqual(['p6', 'p5', 'p3', 'p4', 'p0', 'p1', 'p2']);
    });

    it('pages through any order, in either direction, with nothing left out or twice', async () => {
      let sequence = 1;
      const document = fc.record({ height: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }), colour: fc.constantFrom('red', 'blue') });
      await fc.assert(fc.asyncProperty(
        fc.array(document, { maxLength: 12 }), fc.constantFrom<OrderBy['direction']>('ascending', 'descending'), fc.integer({ min: 1, max: 5 }), fc.boolean(), fc.boolean(),
        async (documents, direction, limit, fromEnd, isFiltered) => {
          sequence += 1;
          const all = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`);
          await views.write(all.map((id, index) => write(id, documents[index] ? plant(documents[index]) : null, sequence)));
          const expected = all.flatMap((id, index): (KeysetPosition & { colour: string })[] => {
            const found = documents[index];
            return found && (!isFiltered || found.colour === 'red') ? [{ id, value: found.height, colour: found.colour }] : [];
          }).sort((a, b) => comparePositions(a, b, direction)).map(({ id }) => id);
          const query: ViewPageQuery = {
            view: 'plants', lab: 'lab', orderBy: { field: 'height', direction }, limit, fromEnd, where: isFiltered ? [{ field: 'colour', anyOf: ['red'] }] : [],
          };
          const seen: string[] = [];
          let place: KeysetPosition | undefined;
          for (;;) {
            const page = await views.page<Plant>({ ...query, ...(place && (fromEnd ? { before: place } : { after: place })) });
            const pageIds = page.items.map(({ id }) => id);
            if (fromEnd) seen.unshift(...pageIds);
            else seen.push(...pageIds);
            expect(page.hasMore).toBe(seen.length < expected.length);
            place = (fromEnd ? page.items[0] : page.items.at(-1))?.position;
            if (!page.hasMore) break;
          }
          expect(seen).toEqual(expected);
        },
      ), { numRuns: 40 });
    });

    it('pages between two places', async () => {
      await views.write(['a', 'b', 'c', 'd', 'e'].map((id) => write(id, plant({ name: id }))));
      const [after, before] = [{ value: 'a', id: 'a' }, { value: 'e', id: 'e' }];
      expect(await ids({ after, before })).toEqual(['b', 'c', 'd']);
      expect(await ids({ after, before, limit: 2 })).toEqual(['b', 'c']);
      expect(await ids({ after, before, limit: 2, fromEnd: true })).toEqual(['c', 'd']);
      expect(await ids({ limit: 0 })).toEqual([]);
    });

    it('answers several queries at once, in their order', async () => {
      await views.write([...['a', 'b', 'c'].map((id) => write(id, plant({ name: id, tags: [id, 'any'] }))), write('d', plant({ tags: ['any'] }), 1, 'lab2')]);
      await views.write([{ view: 'name-less', lab: 'lab', id: 'n', stream: 'lab/plant/n', sequence: 1, document: { n: 1 } }]);
      const tagged = (tag: string, lab = 'lab'): ViewQuery => ({ view: 'plants', lab, where: [{ field: 'tags', anyOf: [tag] }] });
      const [after, limit] = [{ value: 'a', id: 'a' }, 1];
      const queries: ViewPageQuery[] = [
        { ...tagged('c'), orderBy: byName, limit },
        { ...tagged('any'), orderBy: byName, limit },
        { ...tagged('any'), orderBy: byName, limit, after },
        { ...tagged('any'), orderBy: byName, limit, fromEnd: true },
        { ...tagged('none'), orderBy: byName, limit },
        { ...tagged('any', 'lab2'), orderBy: byName, limit },
        { ...tagged('c'), orderBy: byName, limit },
      ];
      const pages = await views.pageEach<Plant>(queries);
      expect(pages.map(({ items }) => items.map(({ id }) => id))).toEqual([['c'], ['a'], ['b'], ['c'], [], ['d'], ['c']]);
      expect(pages).toEqual(await Promise.all(queries.map((query) => views.page<Plant>(query))));
      expect(await views.countEach([tagged('any'), tagged('none'), { view: 'name-less', lab: 'lab' }, tagged('any', 'lab2'), tagged('a')])).toEqual([3, 0, 1, 1, 1]);
      expect([await views.pageEach([]), await views.countEach([])]).toEqual([[], []]);
    });

    it('reads across labs when none is named', async () => {
      await views.write([write('a', plant({ name: '2' })), write('b', plant({ name: '1' }), 1, 'lab2'), write('c', plant({ name: '3' }), 1, 'lab3'), write('d', null, 1, 'lab3')]);
      expect(await ids({ lab: undefined })).toEqual(['b', 'a', 'c']);
      expect(await ids({ lab: undefined, where: [{ field: 'name', to: '2' }] })).toEqual(['b', 'a']);
      expect(await count({ lab: undefined, where: [{ field: 'colour', anyOf: ['red'] }] })).toBe(3);
    });

    it('wakes who watches a document, until they end it', async () => {
      const woken: string[] = [];
      const end = views.watch('plants', 'lab', 'a', () => woken.push('a'));
      views.watch('plants', 'lab', 'b', () => woken.push('b'));
      await views.write([write('a', plant())]);
      await eventually(() => {
        expect(woken).toContain('a');
      });
      end();
      end();
      woken.length = 0;
      await views.write([write('a', plant(), 2), write('b', plant())]);
      await eventually(() => {
        expect(woken).toContain('b');
      });
      expect(woken).not.toContain('a');
    });

    it('tells which views have to be rebuilt', async () => {
      expect((await views.outdated()).sort()).toEqual(['name-less', 'plants']);
      await views.rebuilt('plants');
      expect(await views.outdated()).toEqual(['name-less']);
      await views.write([write('a', plant(), 7)]);
      await views.clear('plants');
      expect((await views.outdated()).sort()).toEqual(['name-less', 'plants']);
      expect([await ids(), await ids({ search: 'rose' }), await ids({ where: [{ field: 'colour', anyOf: ['red'] }] })]).toEqual([[], [], []]);
      await views.write([write('a', plant(), 1)]);
      expect([await ids(), await ids({ search: 'rose' }), await ids({ where: [{ field: 'colour', anyOf: ['red'] }] })]).toEqual([['a'], ['a'], ['a']]);
    });

    it.each<[string, () => Promise<unknown>]>([
      ['a view that is not there', () => views.get('stones', 'lab', ['a'])],
      ['a field that is not there', () => ids({ where: [{ field: 'weight', from: 1 }] })],
      ['an inherited property as a field', () => ids({ where: [{ field: 'constructor', from: 1 }] })],
      ['keywords as a range', () => ids({ where: [{ field: 'tags', from: 'a' }] })],
      ['words of a view without search', () => views.count({ view: 'name-less', lab: 'lab', search: 'x' })],
      ['a bad page among good ones', () => views.pageEach(['name', 'weight'].map((field) => ({ view: 'plants', lab: 'lab', orderBy: { field, direction: 'ascending' }, limit: 1 })))],
      ['a bad count among good ones', () => views.countEach(['plants', 'stones'].map((view) => ({ view, lab: 'lab' })))],
    ])('rejects %s', async (_what, ask) => {
      await views.write([write('a', plant())]);
      await expect(ask()).rejects.toThrow(TypeError);
    });
  });
};
