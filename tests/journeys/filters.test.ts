import type { LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { anExperiment, aMethod, applied } from './steps/commands';
import { names } from './steps/pages';

describe('Filters', () => {
  let crowd: Crowd;
  let alice: LabClient;
  let bob: LabClient;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    crowd = await startWithCrowd();
    const lab = newLab();
    alice = await crowd.enter({ lab });
    bob = await crowd.enter({ lab, user: 'bob' });
    ids.winter = await anExperiment(alice, {
      name: 'Winterweizen Düngung',
      description: 'Stickstoff in drei Gaben',
      tags: ['weizen', 'N'],
      plannedStart: '2026-02-01T00:00:00Z',
      plannedEnd: '2026-04-01T00:00:00Z',
    });
    ids.summer = await anExperiment(bob, {
      name: 'Sommergerste',
      description: 'Ohne Düngung',
      tags: ['gerste', 'N'],
      plannedStart: '2026-05-01T00:00:00Z',
      plannedEnd: '2026-08-01T00:00:00Z',
    });
    ids.open = await anExperiment(bob, { name: 'Élevage à définir', tags: ['gerste-2'] });
    ids.drip = await aMethod(alice, { name: 'Tröpfchenbewässerung', tags: ['wasser'], description: 'langsam' });
    ids.spray = await aMethod(bob, { name: 'Spritzen', tags: ['wasser', 'druck'] });
    await applied(alice, 'addMethodsToExperiment', { experimentId: ids.winter, methodIds: [ids.drip] });
  });
  afterAll(() => crowd.leave());

  const experiments = (filter: object): Promise<string[]> => names(alice, 'experiments', { filter, orderBy: { by: 'CREATED_AT' } });
  const methods = (filter: object): Promise<string[]> => names(alice, 'methods', { filter, orderBy: { by: 'CREATED_AT' } });
  const [WINTER, SUMMER, OPEN] = ['Winterweizen Düngung', 'Sommergerste', 'Élevage à définir'];

  describe('of experiments', () => {
    it.each([
      [{}, [WINTER, SUMMER, OPEN]],
      [{ status: ['DRAFT'] }, [WINTER, SUMMER, OPEN]],
      [{ status: ['RUNNING', 'DONE'] }, []],
      [{ creatorId: 'bob' }, [SUMMER, OPEN]],
      [{ creatorId: 'nobody' }, []],
      [{ tags: ['gerste'] }, [SUMMER]],
      [{ tags: ['gerste', 'weizen'] }, [WINTER, SUMMER]],
      [{ tags: ['N'], creatorId: 'alice' }, [WINTER]],
      [{ tags: ['N'], search: 'ohne' }, [SUMMER]],
      [
        { status: null, tags: null, search: null, creatorId: null, methodId: null, plannedFrom: null, plannedTo: null },
        [WINTER, SUMMER, OPEN],
      ],
    ])('%j gives %j', async (filter, expected) => {
      expect(await experiments(filter)).toEqual(expected);
    });

    it('by a method give those that use it', async () => {
      expect(await experiments({ methodId: ids.drip })).toEqual([WINTER]);
      expect(await experiments({ methodId: ids.drip?.toUpperCase() })).toEqual([WINTER]);
      expect(await experiments({ methodId: ids.spray })).toEqual([]);
    });

    it.each([
      [{ plannedFrom: '2026-04-15T00:00:00Z' }, [SUMMER]],
      [{ plannedTo: '2026-04-15T00:00:00Z' }, [WINTER]],
      [{ plannedFrom: '2026-01-01T00:00:00Z', plannedTo: '2026-12-31T00:00:00Z' }, [WINTER, SUMMER]],
      [{ plannedFrom: '2027-01-01T00:00:00Z' }, []],
      [{ plannedFrom: '2026-05-01T02:00:00+02:00' }, [SUMMER]],
    ])('%j look at the planned time, and leave out what has none', async (filter, expected) => {
      expect(await experiments(filter)).toEqual(expected);
    });

    it('count what they let through', async () => {
      const { list } = await alice.data(
        '{ list: experiments(first: 1, filter: { tags: ["N"] }) { totalCount nodes { id } pageInfo { hasNextPage } } }',
      );
      expect(list).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true } });
      expect(list.nodes).toHaveLength(1);
    });
  });

  describe('of methods', () => {
    it.each([
      [{ status: ['DRAFT'] }, ['Tröpfchenbewässerung', 'Spritzen']],
      [{ status: ['PUBLISHED'] }, []],
      [{ creatorId: 'bob' }, ['Spritzen']],
      [{ tags: ['druck', 'none'] }, ['Spritzen']],
      [{ search: 'langsam tropf' }, ['Tröpfchenbewässerung']],
    ])('%j gives %j', async (filter, expected) => {
      expect(await methods(filter)).toEqual(expected);
    });

    it('by an experiment give those that it uses', async () => {
      expect(await methods({ experimentId: ids.winter })).toEqual(['Tröpfchenbewässerung']);
      expect(await methods({ experimentId: ids.summer })).toEqual([]);
    });
  });

  describe('by words', () => {
    it.each([
      ['a whole word of the name', 'Sommergerste', [SUMMER]],
      ['the beginning of a word', 'somm', [SUMMER]],
      ['not the middle of one', 'merge', []],
      ['every word, in any field and order', 'gaben winter N', [WINTER]],
      ['no result when one word is missing', 'winter fehlt', []],
      ['without regard to accents', 'elevage a', [OPEN]],
      ['nor to accents of the asker', 'Sómmergérste', [SUMMER]],
      ['nor to case', 'DÜNGUNG', [WINTER, SUMMER]],
      ['tags', 'weizen', [WINTER]],
      ['words cut at punctuation', 'gerste-2', [OPEN]],
    ])('find %s: %s', async (_, search, expected) => {
      expect(await experiments({ search })).toEqual(expected);
    });

    it.each(['"', '*', 'a" OR "b', '(', 'NEAR(', 'name:Sommer', '-', '%', '\\', "'; DROP TABLE views", '^gerste AND', '😀'])(
      'are words, not a language: %s is harmless',
      async (search) => {
        expect(
          await alice.request('query($search: String) { experiments(filter: { search: $search }) { totalCount } }', { search }),
        ).not.toHaveProperty('errors');
      },
    );

    it('follow an update at once', async () => {
      const id = await anExperiment(alice, { name: 'Ephemeral' });
      await applied(alice, 'updateExperiment', { id, input: { name: 'Lasting' } });
      expect(await experiments({ search: 'ephemeral' })).toEqual([]);
      expect(await experiments({ search: 'lasting' })).toEqual(['Lasting']);
      await applied(alice, 'deleteExperiment', { id });
    });
  });
});
