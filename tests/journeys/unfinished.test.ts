import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { meanwhile } from '../system/meanwhile';
import { aMethod, anExperiment, refused } from './steps/commands';
import { activity, experimentChanges, feedPosition, methodChanges, nextEvents } from './steps/feeds';

describe('What a process was creating and then undid', () => {
  let crowd: Crowd;
  let alice: LabClient;
  let bob: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  beforeEach(async () => {
    const lab = newLab();
    [alice, bob] = await Promise.all([crowd.enter({ lab }), crowd.enter({ lab, user: 'bob' })]);
  });
  afterAll(() => crowd.leave());

  const eventsOn = async (subjectId: string): Promise<Json[]> => {
    const query = 'query($id: ID) { auditTrail(first: 100, filter: { kind: [EVENT], subjectId: $id }) { nodes { type process { id } } } }';
    return (await bob.data(query, { id: subjectId })).auditTrail.nodes;
  };

  it('is told of by no list, feed, notification or audit trail', async () => {
    const taken = await aMethod(bob, { name: 'Taken' });
    const after = await feedPosition(bob);
    const [experimentId, methodId] = [randomUUID(), randomUUID()];
    const watched = { stop: false, sightings: [] as unknown[] };
    const watching = meanwhile(
      (async () => {
        while (!watched.stop) {
          const { experiments, methods, experiment, method } = await bob.data(
            `query($e: ID!, $m: ID!) {
          experiments { nodes { id } } methods(filter: { search: "never" }) { nodes { id } } experiment(id: $e) { id } method(id: $m) { id } }`,
            { e: experimentId, m: methodId },
          );
          if (experiments.nodes.length || methods.nodes.length || experiment || method)
            watched.sightings.push({ experiments, methods, experiment, method });
        }
      })(),
    );
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await refused(alice, 'createExperimentWithMethods', {
        experiment: { id: experimentId, name: 'Never' },
        methods: [
          { id: methodId, name: 'Never', applicationRate: 1 },
          { id: taken, name: 'Never', applicationRate: 1 },
        ],
      });
    }
    watched.stop = true;
    await watching;
    expect(watched.sightings).toEqual([]);
    const [seenExperiment, seenMethod] = [await anExperiment(alice, { name: 'Seen' }), await aMethod(alice, { name: 'Seen' })];
    expect(await nextEvents(bob.subscribe(experimentChanges, { after }), 1)).toMatchObject([{ experimentId: seenExperiment }]);
    expect(await nextEvents(bob.subscribe(methodChanges, { after }), 1)).toMatchObject([{ methodId: seenMethod }]);
    expect(
      (
        await nextEvents(
          bob.subscribe(activity, {
            filter: { kind: ['EVENT'], type: ['ExperimentCreated', 'MethodCreated', 'ExperimentDeleted', 'MethodDeleted'] },
            after,
          }),
          2,
        )
      )
        .map(({ subjectId }) => subjectId)
        .sort(),
    ).toEqual([seenExperiment, seenMethod].sort());
    expect((await eventsOn(experimentId)).filter(({ process }) => !process)).toEqual([]);
    expect(await eventsOn(methodId)).toEqual([]);
    const { notifications } = await bob.data('{ notifications { nodes { message } } }');
    expect(JSON.stringify(notifications)).not.toMatch(/Never/);
  });

  it('is unknown to whoever would link, change or delete it meanwhile', async () => {
    const taken = await aMethod(bob, { name: 'Taken' });
    const [experimentId, methodId] = [randomUUID(), randomUUID()];
    const attempts = Array.from({ length: 5 }, () =>
      Promise.all([
        refused(alice, 'createExperimentWithMethods', {
          experiment: { id: experimentId, name: 'Never' },
          methods: [
            { id: methodId, name: 'Never', applicationRate: 1 },
            { id: taken, name: 'Never', applicationRate: 1 },
          ],
        }),
        refused(bob, 'updateExperiment', { id: experimentId, input: { name: 'X' } }),
        refused(bob, 'updateMethod', { id: methodId, input: { name: 'X' } }),
        refused(bob, 'deleteMethods', { ids: [methodId] }),
        refused(bob, 'deleteExperiment', { id: experimentId }),
        refused(bob, 'addMethodsToExperiment', { experimentId, methodIds: [taken] }),
      ]),
    );
    for (const [, ...others] of await Promise.all(attempts)) {
      expect(others.map(({ code }) => code)).toEqual([
        'EXPERIMENT_NOT_FOUND',
        'METHOD_NOT_FOUND',
        'METHOD_NOT_FOUND',
        'EXPERIMENT_NOT_FOUND',
        'EXPERIMENT_NOT_FOUND',
      ]);
    }
  });
});
