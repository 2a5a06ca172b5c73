import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { aMethod, anExperiment, applied, decided, methods, refused } from './steps/commands';
import { allLinks, bothSides, experimentsOf, methodsOf } from './steps/links';

const newMethods = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ name: `New ${index}`, applicationRate: index }));

const counts = async (client: LabClient): Promise<Json> => {
  const { experiments, methods: library } = await client.data('{ experiments { totalCount } methods { totalCount } }');
  return { experiments: experiments.totalCount, methods: library.totalCount };
};

describe('Links', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  beforeEach(async () => {
    alice = await crowd.enter();
  });
  afterAll(() => crowd.leave());

  describe('of an experiment created with new methods', () => {
    it.each([0, 1, 100])('given %i of them, then both sides tell each other', async (count) => {
      const command = await decided(alice, 'createExperimentWithMethods', { experiment: { name: 'Whole' }, methods: newMethods(count) });
      expect(command.outcome).toMatchObject({
        __typename: 'CommandApplied',
        subject: { __typename: 'Experiment', id: command.subjectId },
        process: { state: 'COMPLETED' },
      });
      const links = await allLinks(alice);
      expect(links.experiments).toEqual([{ id: command.subjectId, linked: links.methods.map(({ id }) => id).sort() }]);
      expect(links.methods).toHaveLength(count);
      expect(new Set(links.methods.flatMap(({ linked }) => linked))).toEqual(new Set(count ? [command.subjectId] : []));
      const { experiment } = await alice.data('query($id: ID!) { experiment(id: $id) { version methodCount } }', { id: command.subjectId });
      expect(experiment).toEqual({ version: 1, methodCount: count });
    });

    it('given that the id of one method is taken, then nothing of it ever was, and the ids are free', async () => {
      const taken = await aMethod(alice, { name: 'Taken' });
      const [experimentId, methodId] = [randomUUID(), randomUUID()];
      const refusal = await refused(alice, 'createExperimentWithMethods', {
        experiment: { id: experimentId, name: 'Never' },
        methods: [
          { id: methodId, name: 'Never', applicationRate: 1 },
          { id: taken, name: 'Never either', applicationRate: 1 },
        ],
      });
      expect(refusal).toMatchObject({ code: 'ALREADY_EXISTS', process: { state: 'COMPENSATED' } });
      expect(await counts(alice)).toEqual({ experiments: 0, methods: 1 });
      await applied(alice, 'createExperimentWithMethods', {
        experiment: { id: experimentId, name: 'Now' },
        methods: [{ id: methodId, name: 'Now', applicationRate: 1 }],
      });
      expect(await methodsOf(alice, experimentId)).toEqual([methodId]);
    });

    it('given that the id of the experiment is taken, then no method ever was', async () => {
      const id = await anExperiment(alice, { name: 'Taken' });
      expect(
        await refused(alice, 'createExperimentWithMethods', { experiment: { id, name: 'Never' }, methods: newMethods(3) }),
      ).toMatchObject({ code: 'ALREADY_EXISTS' });
      expect(await counts(alice)).toEqual({ experiments: 1, methods: 0 });
      expect((await alice.data('query($id: ID!) { experiment(id: $id) { name } }', { id })).experiment.name).toBe('Taken');
    });
  });

  describe('added and removed', () => {
    it('when methods are added, then both sides have them, with who linked them and when', async () => {
      const [experimentId, methodIds] = [await anExperiment(alice), await methods(alice, 3)];
      await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds });
      expect(await methodsOf(alice, experimentId)).toEqual(methodIds.toSorted());
      for (const id of methodIds) expect(await experimentsOf(alice, id)).toEqual([experimentId]);
      const query = `query($id: ID!, $m: ID!) {
        experiment(id: $id) { version methods(first: 1) { edges { linkedAt linkedBy { userId } revision carriedOutAt carriedOutBy { userId } note } } }
        method(id: $m) { version experiments { edges { linkedAt linkedBy { userId } node { name } } } } }`;
      const { experiment, method } = await alice.data(query, { id: experimentId, m: methodIds[0] });
      expect(experiment.version).toBe(2);
      expect(experiment.methods.edges).toEqual([
        { linkedAt: expect.any(String), linkedBy: { userId: 'alice' }, revision: null, carriedOutAt: null, carriedOutBy: null, note: null },
      ]);
      expect(method).toMatchObject({
        version: 1,
        experiments: { edges: [{ linkedBy: { userId: 'alice' }, node: { name: 'Soil moisture' } }] },
      });
    });

    it('given that some are linked already, when they are added again, then that is no error and nothing doubles', async () => {
      const [experimentId, methodIds] = [await anExperiment(alice), await methods(alice, 3)];
      await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds: methodIds.slice(0, 2) });
      await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds });
      await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds });
      expect(await methodsOf(alice, experimentId)).toEqual(methodIds.toSorted());
      for (const id of methodIds) expect(await experimentsOf(alice, id)).toEqual([experimentId]);
    });

    it('when some are removed, also such that were never linked, then both sides are without them', async () => {
      const [experimentId, methodIds] = [await anExperiment(alice), await methods(alice, 3)];
      await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds: methodIds.slice(0, 2) });
      await applied(alice, 'removeMethodsFromExperiment', { experimentId, methodIds: methodIds.slice(1) });
      expect(await methodsOf(alice, experimentId)).toEqual([methodIds[0]]);
      expect(await experimentsOf(alice, methodIds[1] ?? '')).toEqual([]);
      await applied(alice, 'removeMethodsFromExperiment', { experimentId, methodIds: methodIds.slice(1) });
      await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds });
      expect(await methodsOf(alice, experimentId)).toEqual(methodIds.toSorted());
    });

    it('given that one of them does not exist, then none is linked', async () => {
      const [experimentId, methodIds] = [await anExperiment(alice), await methods(alice, 2)];
      const command = await decided(alice, 'addMethodsToExperiment', { experimentId, methodIds: [...methodIds, randomUUID()] });
      expect(command).toMatchObject({ status: 'REFUSED', outcome: { code: 'METHOD_NOT_FOUND', process: { state: 'COMPENSATED' } } });
      expect(bothSides(await allLinks(alice))).toEqual({ experiments: [], methods: [] });
    });

    it('given that the experiment does not exist, then no method knows of it', async () => {
      const methodIds = await methods(alice, 2);
      expect(await refused(alice, 'addMethodsToExperiment', { experimentId: randomUUID(), methodIds })).toMatchObject({
        code: 'EXPERIMENT_NOT_FOUND',
      });
      expect(await refused(alice, 'removeMethodsFromExperiment', { experimentId: randomUUID(), methodIds })).toMatchObject({
        code: 'EXPERIMENT_NOT_FOUND',
      });
      expect(bothSides(await allLinks(alice))).toEqual({ experiments: [], methods: [] });
    });

    it('given 500 links, when one more is added, then it is refused and the 500 stand', async () => {
      const { outcome } = await decided(alice, 'createExperimentWithMethods', { experiment: { name: 'Full' }, methods: newMethods(100) });
      const experimentId: string = outcome?.__typename === 'CommandApplied' ? (outcome.subject?.id ?? '') : '';
      for (let hundred = 1; hundred < 5; hundred += 1) {
        const methodIds = newMethods(100).map(() => randomUUID());
        await applied(alice, 'createMethods', { inputs: methodIds.map((id) => ({ id, name: `${hundred}`, applicationRate: 1 })) });
        await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds });
      }
      const oneMore = await aMethod(alice);
      expect(await refused(alice, 'addMethodsToExperiment', { experimentId, methodIds: [oneMore] })).toMatchObject({
        code: 'TOO_MANY_METHODS',
      });
      expect(await experimentsOf(alice, oneMore)).toEqual([]);
      expect(
        (await alice.data('query($id: ID!) { experiment(id: $id) { methodCount } }', { id: experimentId })).experiment.methodCount,
      ).toBe(500);
    });
  });

  describe('of what is deleted', () => {
    it('when an experiment is deleted, then its methods stay, without it', async () => {
      const { subjectId } = await decided(alice, 'createExperimentWithMethods', { experiment: { name: 'Goes' }, methods: newMethods(3) });
      expect(await decided(alice, 'deleteExperiment', { id: subjectId })).toMatchObject({ outcome: { process: { state: 'COMPLETED' } } });
      const links = await allLinks(alice);
      expect(links.experiments).toEqual([]);
      expect(links.methods.map(({ linked }) => linked)).toEqual([[], [], []]);
    });

    it('when methods are deleted, then they leave every experiment', async () => {
      const [a, b, c] = await methods(alice, 3);
      const [first, second] = [await anExperiment(alice), await anExperiment(alice)];
      await applied(alice, 'addMethodsToExperiment', { experimentId: first, methodIds: [a, b] });
      await applied(alice, 'addMethodsToExperiment', { experimentId: second, methodIds: [b, c] });
      await applied(alice, 'deleteMethods', { ids: [a, b] });
      expect(await methodsOf(alice, first)).toEqual([]);
      expect(await methodsOf(alice, second)).toEqual([c]);
      expect(await experimentsOf(alice, b ?? '')).toBeUndefined();
    });

    it('given that one of the methods does not exist, then none is deleted, and they can be linked again', async () => {
      const [a, b] = await methods(alice, 2);
      const experimentId = await anExperiment(alice);
      await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds: [a] });
      expect(await refused(alice, 'deleteMethods', { ids: [a, b, randomUUID()] })).toMatchObject({
        code: 'METHOD_NOT_FOUND',
        process: { state: 'COMPENSATED' },
      });
      await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds: [b] });
      expect(await methodsOf(alice, experimentId)).toEqual([a, b].toSorted());
    });
  });
});
