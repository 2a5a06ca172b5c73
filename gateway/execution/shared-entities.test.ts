import { EntityAnswers } from './shared-entities';
import type { EntityAnswer } from './entity-answer';

const entity = (id: string) => ({ __typename: 'Item', id });

describe('fetches that ask a subgraph the same', () => {
  it('ask for no entity twice, and get the answers and errors of each in their own order', async () => {
    const answers = new EntityAnswers();
    const asked: unknown[] = [];
    const first = Promise.withResolvers<EntityAnswer>();
    const error = { error: { message: 'Lost' }, path: ['count'] };
    const one = answers.about([entity('1'), entity('2')], (fresh) => { asked.push(fresh); return first.promise; });
    const other = answers.about([entity('3'), entity('2')], (fresh) => {
      asked.push(fresh);
      return Promise.resolve({ kind: 'answered', entities: [{ count: 3 }], errorsOf: new Map(), errors: [] });
    });
    first.resolve({ kind: 'answered', entities: [{ count: 1 }, { count: null }], errorsOf: new Map([[1, [error]]]), errors: [] });
    expect(asked).toEqual([[entity('1'), entity('2')], [entity('3')]]);
    expect(await one).toEqual([{ kind: 'answered', entities: [{ count: 1 }, { count: null }], errorsOf: new Map([[1, [error]]]), errors: [] }]);
    expect(await other).toEqual([
      { kind: 'answered', entities: [{ count: 3 }, undefined], errorsOf: new Map(), errors: [] },
      { kind: 'answered', entities: [undefined, { count: null }], errorsOf: new Map([[1, [error]]]), errors: [] },
    ]);
  });

  it('fail together where they waited for the same answer', async () => {
    const answers = new EntityAnswers();
    const failed: EntityAnswer = { kind: 'failed', failure: new Error('refused') };
    const one = answers.about([entity('1')], () => Promise.resolve(failed));
    const other = answers.about([entity('1')], () => { throw new Error('Asked twice'); });
    expect(await Promise.all([one, other])).toEqual([[failed], [failed]]);
  });
});
