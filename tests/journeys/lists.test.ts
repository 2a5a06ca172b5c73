import type { LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { anExperiment, aMethod, applied } from './steps/commands';
import { allPages, names } from './steps/pages';

const DESC = { direction: 'DESC' };

/** 23 names, each given to several things, so that pages are cut within ties. */
const tied = (count: number): string[] => Array.from({ length: count }, (_, index) => `Name ${String(index % 23).padStart(2, '0')}`);

describe('Lists', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
  });
  afterAll(() => crowd.leave());

  describe('of more than fits on a page, with ties', () => {
    const COUNT = 130;
    beforeAll(async () => {
      for (let at = 0; at < COUNT; at += 65) {
        const inputs = tied(COUNT)
          .slice(at, at + 65)
          .map((name) => ({ name, applicationRate: 1 }));
        await applied(alice, 'createMethods', { inputs });
      }
      await Promise.all(tied(COUNT).map((name) => anExperiment(alice, { name })));
    });

    describe.each(['experiments', 'methods'] as const)('%s', (list) => {
      it.each([
        { direction: 'forwards', by: 'ASC', size: 7 },
        { direction: 'forwards', by: 'DESC', size: 50 },
        { direction: 'backwards', by: 'ASC', size: 13 },
        { direction: 'backwards', by: 'DESC', size: 65 },
      ] as const)('read $direction by name $by in pages of $size give each thing once, in order', async ({ direction, by, size }) => {
        const pages = await allPages(alice, list, size, direction, { orderBy: { by: 'NAME', direction: by } });
        const inOrder = direction === 'forwards' ? pages : pages.toReversed();
        const sorted = tied(COUNT).sort();
        expect(inOrder.flatMap((page) => page.names)).toEqual(by === 'ASC' ? sorted : sorted.reverse());
        expect(pages).toHaveLength(Math.ceil(COUNT / size));
        expect(inOrder.map(({ hasNextPage }) => hasNextPage)).toEqual(inOrder.map((_, index) => index < inOrder.length - 1));
        expect(inOrder.map(({ hasPreviousPage }) => hasPreviousPage)).toEqual(inOrder.map((_, index) => index > 0));
        expect(new Set(pages.map(({ totalCount }) => totalCount))).toEqual(new Set([COUNT]));
      });

      it('give 20 when nobody says how many, none when asked for none, and count all the same', async () => {
        const data = await alice.data(
          `{ some: ${list} { totalCount nodes { id } } none: ${list}(first: 0) { totalCount nodes { id } pageInfo { hasNextPage } } }`,
        );
        expect(data.some.nodes).toHaveLength(20);
        expect(data.none).toEqual({ totalCount: COUNT, nodes: [], pageInfo: { hasNextPage: true } });
      });

      it('refuse more than 100, less than none, both ends at once, and cursors of elsewhere', async () => {
        const other = list === 'experiments' ? 'methods' : 'experiments';
        const { here, elsewhere } = await alice.data(
          `{ here: ${list}(first: 1, orderBy: { by: NAME }) { pageInfo { endCursor } } elsewhere: ${other}(first: 1) { pageInfo { endCursor } } }`,
        );
        const refusalOf = async (argument: string) =>
          (await alice.request(`{ ${list}(${argument}) { nodes { id } } }`)).errors?.[0]?.extensions;
        expect(await refusalOf('first: 101')).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
        expect(await refusalOf('last: -1')).toMatchObject({ code: 'BAD_USER_INPUT', field: 'last' });
        expect(await refusalOf('first: 1, last: 1')).toMatchObject({ code: 'BAD_USER_INPUT' });
        expect(await refusalOf('after: "nonsense"')).toMatchObject({ code: 'CURSOR_INVALID' });
        expect(await refusalOf('after: ""')).toMatchObject({ code: 'CURSOR_INVALID' });
        expect(await refusalOf(`after: "${elsewhere.pageInfo.endCursor}"`)).toMatchObject({ code: 'CURSOR_INVALID' });
        expect(await refusalOf(`after: "${here.pageInfo.endCursor}", orderBy: { by: NAME, direction: DESC }`)).toMatchObject({
          code: 'CURSOR_INVALID',
        });
      });
    });
  });

  describe('in an order', () => {
    let bob: LabClient;
    beforeAll(async () => {
      bob = await crowd.enter({ user: 'bob' });
      for (const [name, plannedStart] of [
        ['beta', '2026-02-01T00:00:00Z'],
        ['Alpha', null],
        ['gamma', '2026-01-01T00:00:00Z'],
      ])
        await anExperiment(bob, { name, plannedStart });
      for (const [name, applicationRate] of [
        ['beta', 10],
        ['Alpha', 9],
        ['gamma', 2.5],
      ])
        await aMethod(bob, { name, applicationRate });
      const { experiments, methods } = await bob.data(
        '{ experiments(filter: {search: "Alpha"}) { nodes { id } } methods(filter: {search: "Alpha"}) { nodes { id } } }',
      );
      await applied(bob, 'updateExperiment', { id: experiments.nodes[0].id, input: { description: 'touched' } });
      await applied(bob, 'updateMethod', { id: methods.nodes[0].id, input: { description: 'touched' } });
    });

    it.each([
      { list: 'experiments', by: 'NAME', ascending: ['Alpha', 'beta', 'gamma'] },
      { list: 'experiments', by: 'CREATED_AT', ascending: ['beta', 'Alpha', 'gamma'] },
      { list: 'experiments', by: 'UPDATED_AT', ascending: ['beta', 'gamma', 'Alpha'] },
      { list: 'methods', by: 'NAME', ascending: ['Alpha', 'beta', 'gamma'] },
      { list: 'methods', by: 'CREATED_AT', ascending: ['beta', 'Alpha', 'gamma'] },
      { list: 'methods', by: 'UPDATED_AT', ascending: ['beta', 'gamma', 'Alpha'] },
      { list: 'methods', by: 'APPLICATION_RATE', ascending: ['gamma', 'Alpha', 'beta'] },
    ] as const)('$list by $by come ascending, and descending the other way round', async ({ list, by, ascending }) => {
      expect(await names(bob, list, { orderBy: { by } })).toEqual(ascending);
      expect(await names(bob, list, { orderBy: { by, ...DESC } })).toEqual(ascending.toReversed());
    });

    it('experiments without a planned start come last, either way, also when read page by page', async () => {
      const starts = { ascending: ['gamma', 'beta', 'Alpha'], descending: ['beta', 'gamma', 'Alpha'] };
      const inPagesOfOne = async (direction: object) =>
        (await allPages(bob, 'experiments', 1, 'forwards', { orderBy: { by: 'PLANNED_START', ...direction } })).flatMap(
          (page) => page.names,
        );
      expect(await inPagesOfOne({})).toEqual(starts.ascending);
      expect(await inPagesOfOne(DESC)).toEqual(starts.descending);
      const fromTheEnd = await allPages(bob, 'experiments', 1, 'backwards', { orderBy: { by: 'PLANNED_START' } });
      expect(fromTheEnd.flatMap((page) => page.names)).toEqual(starts.ascending.toReversed());
    });

    it('come newest first when nobody says which', async () => {
      expect(await names(bob, 'experiments')).toEqual(['gamma', 'Alpha', 'beta']);
      expect(await names(bob, 'methods')).toEqual(['gamma', 'Alpha', 'beta']);
    });
  });
});
