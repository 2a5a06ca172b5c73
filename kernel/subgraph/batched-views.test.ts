import { MemoryReadModels } from '../memory/read-models';
import type { ViewDefinition, ViewPageQuery } from '../read-models/read-models';
import { batchedViews } from './batched-views';

const plants: ViewDefinition<{ name: string }> = { name: 'plants', version: 1, fields: { name: { kind: 'text', of: ({ name }) => name } } };

describe('batched views', () => {
  const named = (name: string): ViewPageQuery =>
    ({ view: 'plants', lab: 'lab', where: [{ field: 'name', from: name, to: name }], orderBy: { field: 'name', direction: 'ascending' }, limit: 9 });

  async function start() {
    const views = new MemoryReadModels([plants]);
    await views.write(['a', 'b'].map((name) => ({ view: 'plants', lab: 'lab', id: name, stream: `lab/plant/${name}` as const, sequence: 1, document: { name } })));
    return { views, batch: batchedViews(views), pageEach: jest.spyOn(views, 'pageEach'), countEach: jest.spyOn(views, 'countEach') };
  }

  it('read what is asked for in one go at once, each query once', async () => {
    const { batch, pageEach, countEach } = await start();
    const names = ['b', 'a', 'c', 'b'];
    const [pages, counts] = await Promise.all([
      Promise.all(names.map((name) => batch.page<{ name: string }>(named(name)))),
      Promise.all(names.map((name) => batch.count(named(name)))),
    ]);
    expect(pages.map(({ items }) => items.map(({ document }) => document.name))).toEqual([['b'], ['a'], [], ['b']]);
    expect(counts).toEqual([1, 1, 0, 1]);
    expect(pageEach.mock.calls).toEqual([[['b', 'a', 'c'].map(named)]]);
    expect(countEach.mock.calls).toEqual([[['b', 'a', 'c'].map(named)]]);
  });

  it('fail for all who asked when the store does', async () => {
    const { batch, pageEach } = await start();
    pageEach.mockRejectedValueOnce(new Error('The store is away'));
    const results = await Promise.allSettled(['a', 'b'].map((name) => batch.page(named(name))));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
