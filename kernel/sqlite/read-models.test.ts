import type { ViewDefinition } from '../read-models/read-models';
import { openForTests } from './open-for-tests';
import { timeOf } from './time-for-tests';

interface Leaf {
  tree: string;
  colour: string;
  name: string;
  fallen: string;
}

const leaves: ViewDefinition<Leaf> = {
  name: 'leaves',
  version: 1,
  fields: {
    tree: { kind: 'keywords', of: ({ tree }) => [tree] },
    colour: { kind: 'keywords', of: ({ colour }) => [colour] },
    fallen: { kind: 'text', of: ({ fallen }) => fallen },
  },
  search: ({ name }) => [name],
};

const LEAVES_OF_A_TREE = 10;
const labs = { small: 1_500, large: 45_000 };

const leavesIn = (lab: string, count: number) => Array.from({ length: count }, (_, index) => ({
  view: 'leaves', lab, id: `leaf${index}`, stream: `${lab}/leaf/any` as const, sequence: 1,
  document: { tree: `tree${index % (count / LEAVES_OF_A_TREE)}`, colour: 'green', name: index === 7 ? `gingko ${lab}` : 'oak', fallen: `${1_000_000 + index}` },
}));

test('a filter costs the same in a lab that holds thirty times as much, whether few documents meet it or all', async () => {
  const { database, close } = openForTests();
  try {
    const { views } = await database.service('forest', { views: [leaves] });
    for (const [lab, count] of Object.entries(labs)) await views.write(leavesIn(lab, count));
    const pageOf = (lab: string, filter: object) =>
      views.page({ view: 'leaves', lab, orderBy: { field: 'fallen', direction: 'ascending' }, limit: 20, ...filter });
    const tree = { field: 'tree', anyOf: ['tree7'] };
    const green = { field: 'colour', anyOf: ['green'] };
    for (const [filter, found] of [[{ where: [tree] }, LEAVES_OF_A_TREE], [{ where: [green] }, 20], [{ where: [green, tree] }, LEAVES_OF_A_TREE], [{ search: 'gingko' }, 1]] as const) {
      expect((await pageOf('large', filter)).items).toHaveLength(found);
      const [small, large] = [await timeOf(() => pageOf('small', filter)), await timeOf(() => pageOf('large', filter))];
      expect({ filter, isMuchSlower: large > 4 * small }).toEqual({ filter, isMuchSlower: false });
    }
    const countIn = (lab: string) => timeOf(() => views.count({ view: 'leaves', lab, where: [tree] }));
    expect(await countIn('large') / await countIn('small')).toBeLessThan(4);
  } finally {
    await close();
  }
});
