import { randomInt, randomUUID } from 'node:crypto';
import type { LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { meanwhile } from '../system/meanwhile';
import { anExperiment, decided, methods, type DecidedCommand, type MutationName } from './steps/commands';
import { allLinks, bothSides } from './steps/links';

const pick = <Item>(items: readonly Item[]): Item => items[randomInt(items.length)] as Item;
const some = <Item>(items: readonly Item[]): Item[] => [...new Set(Array.from({ length: randomInt(1, 4) }, () => pick(items)))];

describe('Contradictory commands on the same things, from several people at once', () => {
  let crowd: Crowd;
  let lab: string;
  let people: LabClient[];
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  beforeEach(async () => {
    lab = newLab();
    people = await Promise.all(['alice', 'bob', 'carol'].map((user) => crowd.enter({ lab, user })));
  });
  afterAll(() => crowd.leave());

  const one = (): LabClient => pick(people);

  /** What must hold whatever was decided: both sides agree, and no process is left half done. */
  const expectWholeness = async (): Promise<void> => {
    const links = await allLinks(one());
    const sides = bothSides(links);
    expect(sides.experiments).toEqual(sides.methods);
    const { processes } = await one().data('{ processes(filter: { state: [RUNNING, COMPENSATING, STUCK] }) { totalCount } }');
    expect(processes.totalCount).toBe(0);
  };

  it('adding and removing the same methods ends with both sides or neither', async () => {
    const [experimentId, methodIds] = [await anExperiment(one()), await methods(one(), 3)];
    const crossing = Array.from({ length: 40 }, (_, index) =>
      decided(one(), index % 2 ? 'addMethodsToExperiment' : 'removeMethodsFromExperiment', { experimentId, methodIds: some(methodIds) }),
    );
    expect((await Promise.all(crossing)).map(({ status }) => status)).toEqual(crossing.map(() => 'APPLIED'));
    await expectWholeness();
  });

  it('adding the same methods many times at once links them once', async () => {
    const [experimentId, methodIds] = [await anExperiment(one()), await methods(one(), 5)];
    await Promise.all(Array.from({ length: 20 }, () => decided(one(), 'addMethodsToExperiment', { experimentId, methodIds })));
    expect(bothSides(await allLinks(one())).methods).toEqual(methodIds.map((id) => `${experimentId} ${id}`).sort());
    await expectWholeness();
  });

  it('deleting what is being linked leaves no link to what is gone', async () => {
    const round = async (index: number): Promise<void> => {
      const [experimentId, methodIds] = [await anExperiment(one()), await methods(one(), 3)];
      const adding = (ids: string[]) => decided(one(), 'addMethodsToExperiment', { experimentId, methodIds: ids });
      const deleting = () =>
        decided(one(), index % 2 ? 'deleteExperiment' : 'deleteMethods', { id: experimentId, ids: methodIds.slice(0, 2) });
      await Promise.all(
        index % 3
          ? [adding(methodIds), deleting(), adding(methodIds.slice(1))]
          : [deleting(), adding(methodIds), adding(methodIds.slice(1))],
      );
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => round(index)));
    await expectWholeness();
  });

  it('deleting overlapping sets of methods deletes each once, all or none, and leaves none locked', async () => {
    const ids = await methods(one(), 4);
    const outcomes = await Promise.all(
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 0],
      ].map((pair) => decided(one(), 'deleteMethods', { ids: pair.map((index) => ids[index]) })),
    );
    const left = (await allLinks(one())).methods.map(({ id }) => id);
    const gone = outcomes.filter(({ status }) => status === 'APPLIED').length;
    expect(left).toHaveLength(4 - 2 * gone);
    const again = await Promise.all(left.map((id) => decided(one(), 'deleteMethods', { ids: [id] })));
    expect(again.map(({ status }) => status)).toEqual(left.map(() => 'APPLIED'));
    await expectWholeness();
  });

  it('creating the same experiment twice at once, with methods, creates it once, with the methods of one', async () => {
    const id = randomUUID();
    const creations = await Promise.all(
      [1, 2, 3, 4].map((count) =>
        decided(one(), 'createExperimentWithMethods', {
          experiment: { id, name: 'Contested' },
          methods: Array.from({ length: count }, () => ({ name: 'Of it', applicationRate: count })),
        }),
      ),
    );
    const winners = creations.flatMap(({ status }, index) => (status === 'APPLIED' ? [index + 1] : []));
    expect(winners).toHaveLength(1);
    expect((await allLinks(one())).methods).toHaveLength(winners[0] ?? 0);
    await expectWholeness();
  });

  it('a storm of all of them ends whole, and everything that was accepted is decided', async () => {
    const experiments = await Promise.all(Array.from({ length: 3 }, () => anExperiment(one())));
    const library = await methods(one(), 8);
    const waves: (() => [MutationName, object])[] = [
      () => ['addMethodsToExperiment', { experimentId: pick(experiments), methodIds: some(library) }],
      () => ['addMethodsToExperiment', { experimentId: pick(experiments), methodIds: some(library) }],
      () => ['removeMethodsFromExperiment', { experimentId: pick(experiments), methodIds: some(library) }],
      () => [
        'createExperimentWithMethods',
        { experiment: { id: pick(experiments), name: 'Taken' }, methods: [{ name: 'Never', applicationRate: 1 }] },
      ],
      () => [
        'createMethods',
        {
          inputs: [
            { id: pick(library), name: 'Taken', applicationRate: 1 },
            { name: 'Never', applicationRate: 1 },
          ],
        },
      ],
      () => ['updateExperiment', { id: pick(experiments), input: { name: `Name ${randomInt(1e6)}` } }],
      () =>
        randomInt(8)
          ? ['updateMethod', { id: pick(library), input: { name: `Name ${randomInt(1e6)}` } }]
          : ['deleteMethods', { ids: some(library) }],
      () =>
        randomInt(12)
          ? ['updateMethod', { id: pick(library), input: { tags: [`t${randomInt(1e6)}`] } }]
          : ['deleteExperiment', { id: pick(experiments) }],
    ];
    const sent: Promise<DecidedCommand>[] = [];
    for (let at = 0; at < 240; at += 1) {
      const [name, variables] = pick(waves)();
      sent.push(meanwhile(decided(one(), name, variables)));
      if (at % 24 === 23) await Promise.all(sent.slice(-12));
    }
    const refusals = (await Promise.all(sent)).flatMap(({ outcome }) => (outcome?.__typename === 'CommandRefused' ? [outcome.code] : []));
    expect(['ALREADY_EXISTS', 'METHOD_NOT_FOUND', 'EXPERIMENT_NOT_FOUND']).toEqual(expect.arrayContaining([...new Set(refusals)]));
    const names = (await one().data('{ methods(filter: { search: "Never" }) { totalCount } }')).methods;
    expect(names.totalCount).toBe(0);
    await expectWholeness();
  });
});
