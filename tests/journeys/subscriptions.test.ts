import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { meanwhile } from '../system/meanwhile';
import { aMethod, anExperiment, applied, decided, methods, refused } from './steps/commands';
import {
  activity,
  experimentChanges,
  feedPosition,
  live,
  methodChanges,
  nextEvent,
  nextEvents,
  notificationsReceived,
  processChanges,
} from './steps/feeds';

describe('A subscription', () => {
  let crowd: Crowd;
  let lab: string;
  let alice: LabClient;
  let bob: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  beforeEach(async () => {
    lab = newLab();
    [alice, bob] = await Promise.all([crowd.enter({ lab }), crowd.enter({ lab, user: 'bob' })]);
  });
  afterAll(() => crowd.leave());

  it('without a cursor delivers what happens from then on, in order, each once', async () => {
    const id = await anExperiment(bob);
    const events = alice.subscribe(experimentChanges, { id });
    let version = 1;
    const { first } = await live(events, () => applied(bob, 'updateExperiment', { id, input: { name: `Name ${version++}` } }));
    while (version < first.change.version + 20) await applied(bob, 'updateExperiment', { id, input: { name: `Name ${version++}` } });
    const versions = [first, ...(await nextEvents(events, version - first.change.version))].map(({ change }) => change.version);
    expect(versions).toEqual(versions.map((_, index) => first.change.version + index));
    expect(new Set(versions).size).toBeGreaterThanOrEqual(20);
  });

  it('to one experiment delivers its changes: what, by whom, because of which command', async () => {
    const after = await feedPosition(alice);
    const commandId = randomUUID();
    const id = await anExperiment(alice, { name: 'Watched' });
    await anExperiment(alice, { name: 'Another' });
    await applied(bob, 'updateExperiment', { id, input: { name: 'Renamed', description: 'New' }, commandId });
    const [created, updated] = await nextEvents(alice.subscribe(experimentChanges, { id, after }), 2);
    expect(created).toMatchObject({ experimentId: id, change: { version: 1, type: 'ExperimentCreated', actor: { userId: 'alice' } } });
    expect(updated).toMatchObject({
      experimentId: id,
      experiment: { id, version: 2, name: 'Renamed' },
      change: { version: 2, type: 'ExperimentUpdated', actor: { userId: 'bob' }, commandId, reason: null },
    });
    expect(updated.change.fields).toEqual(
      expect.arrayContaining([
        { field: 'name', before: 'Watched', after: 'Renamed' },
        { field: 'description', before: null, after: 'New' },
      ]),
    );
    expect(updated.change.fields).toHaveLength(2);
  });

  it('to every experiment, or method, of the lab delivers those, and not the others', async () => {
    const after = await feedPosition(alice);
    const experimentId = await anExperiment(alice);
    const methodId = await aMethod(alice);
    await applied(bob, 'addMethodsToExperiment', { experimentId, methodIds: [methodId] });
    await applied(bob, 'updateMethod', { id: methodId, input: { name: 'Renamed' } });
    await applied(bob, 'removeMethodsFromExperiment', { experimentId, methodIds: [methodId] });
    const ofExperiments = await nextEvents(alice.subscribe(experimentChanges, { after }), 3);
    expect(ofExperiments.map(({ change }) => change.type)).toEqual(['ExperimentCreated', 'MethodsLinked', 'MethodsUnlinked']);
    expect(ofExperiments[1].change.fields).toMatchObject([{ field: 'methods', after: [methodId] }]);
    expect(ofExperiments[2].change.fields).toMatchObject([{ field: 'methods', before: [methodId] }]);
    const ofMethods = await nextEvents(alice.subscribe(methodChanges, { after }), 2);
    expect(ofMethods.map(({ methodId: of, change }) => [of, change.type])).toEqual([
      [methodId, 'MethodCreated'],
      [methodId, 'MethodUpdated'],
    ]);
  });

  it('selects across subgraphs: the experiment, its methods, and their names', async () => {
    const after = await feedPosition(alice);
    await applied(alice, 'createExperimentWithMethods', {
      experiment: { name: 'Whole' },
      methods: ['A', 'B', 'C'].map((name) => ({ name, applicationRate: 1 })),
    });
    const events = alice.subscribe(
      `subscription($after: Cursor) { event: experimentChanged(after: $after) {
      renamed: experimentId experiment { ...E } change { actor { name } } } }
      fragment E on Experiment { name methodCount methods(first: 10) { totalCount edges { linkedBy { userId } node { name applicationRate experiments { nodes { name } } } } } }`,
      { after },
    );
    const { experiment, renamed } = await nextEvent(events);
    expect(renamed).toEqual(expect.any(String));
    expect(experiment).toMatchObject({ name: 'Whole', methodCount: 3, methods: { totalCount: 3 } });
    expect(experiment.methods.edges.map(({ node }: Json) => node.name).sort()).toEqual(['A', 'B', 'C']);
    for (const { node } of experiment.methods.edges) expect(node.experiments.nodes).toEqual([{ name: 'Whole' }]);
  });

  it('tells of a deletion with null in place of the thing', async () => {
    const after = await feedPosition(alice);
    const [experimentId, methodId] = [await anExperiment(alice), await aMethod(alice)];
    await applied(bob, 'deleteExperiment', { id: experimentId });
    await applied(bob, 'deleteMethods', { ids: [methodId] });
    const ofExperiment = await nextEvents(alice.subscribe(experimentChanges, { id: experimentId, after }), 2);
    expect(ofExperiment).toMatchObject([
      { experiment: null, change: { type: 'ExperimentCreated' } },
      { experimentId, experiment: null, change: { type: 'ExperimentDeleted', actor: { userId: 'bob' } } },
    ]);
    expect(await nextEvents(alice.subscribe(methodChanges, { id: methodId, after }), 2)).toMatchObject([
      {},
      { methodId, method: null, change: { type: 'MethodDeleted' } },
    ]);
  });

  it('to processes delivers each step until the end, and the process as it is then', async () => {
    const [experimentId, methodIds, after] = [await anExperiment(alice), await methods(alice, 2), await feedPosition(alice)];
    const { outcome } = await decided(alice, 'addMethodsToExperiment', { experimentId, methodIds });
    const processId = outcome?.process?.id;
    const [all, one] = [alice.subscribe(processChanges, { after }), bob.subscribe(processChanges, { id: processId, after })];
    for (const events of [all, one]) {
      let event = await nextEvent(events);
      expect(event.processId).toBe(processId);
      for (let seen = 1; event.process.state !== 'COMPLETED'; seen += 1) {
        expect(seen).toBeLessThan(50);
        event = await nextEvent(events);
      }
      expect(event.process.steps).toHaveLength(5);
    }
  });

  it('to the audit trail takes a filter', async () => {
    const after = await feedPosition(alice);
    const id = await anExperiment(bob, { name: 'Of bob' });
    await aMethod(alice);
    await refused(alice, 'updateExperiment', { id: randomUUID(), input: { name: 'X' } });
    await applied(bob, 'updateExperiment', { id, input: { name: 'Renamed' } });
    const first = async (filter: object, count: number): Promise<string[]> =>
      (await nextEvents(alice.subscribe(activity, { filter, after }), count)).map(({ kind, type }) => `${kind} ${type}`);
    expect(await first({ kind: ['EVENT'] }, 3)).toEqual(['EVENT ExperimentCreated', 'EVENT MethodCreated', 'EVENT ExperimentUpdated']);
    expect(await first({ kind: ['EVENT'], subjectId: id }, 2)).toEqual(['EVENT ExperimentCreated', 'EVENT ExperimentUpdated']);
    expect(await first({ kind: ['COMMAND_REFUSED'] }, 1)).toEqual(['COMMAND_REFUSED UpdateExperiment']);
    expect(await first({ actorId: 'bob', type: ['UpdateExperiment', 'ExperimentUpdated'] }, 2)).toEqual(
      expect.arrayContaining(['COMMAND_ACCEPTED UpdateExperiment', 'EVENT ExperimentUpdated']),
    );
  });

  it("to notifications delivers one's own only", async () => {
    const { notifications } = await alice.data('{ notifications { position } }');
    const id = await anExperiment(alice, { name: 'Soil 3' });
    await anExperiment(bob, { name: 'Of bob' });
    await applied(bob, 'updateExperiment', { id, input: { name: 'Soil 4' } });
    const [decision, change] = await nextEvents(alice.subscribe(notificationsReceived, { after: notifications.position }), 2);
    expect(decision).toMatchObject({
      kind: 'COMMAND_DECIDED',
      severity: 'SUCCESS',
      message: expect.stringContaining('Soil 3'),
      read: false,
      subject: { id },
    });
    expect(change).toMatchObject({ kind: 'CHANGED_BY_OTHERS', subject: { id, name: 'Soil 4' }, message: expect.stringContaining('Bob') });
  });

  it('takes ids in capitals as well', async () => {
    const after = await feedPosition(alice);
    const {
      id: commandId,
      subjectId,
      outcome,
    } = await decided(alice, 'createExperimentWithMethods', { experiment: { name: 'E' }, methods: [] });
    const processId = outcome?.process?.id ?? '';
    expect(await nextEvent(alice.subscribe(experimentChanges, { id: subjectId.toUpperCase(), after }))).toMatchObject({
      experimentId: subjectId,
    });
    expect(await nextEvent(alice.subscribe(processChanges, { id: processId.toUpperCase(), after }))).toMatchObject({ processId });
    expect(
      await nextEvent(
        alice.subscribe(activity, { filter: { subjectId: subjectId.toUpperCase(), commandId: commandId.toUpperCase() }, after }),
      ),
    ).toMatchObject({ subjectId });
  });

  it('delivers nothing that could not be read at that moment', async () => {
    const after = await feedPosition(alice);
    const events = alice.subscribe(
      'subscription($after: Cursor) { event: activityRecorded(filter: { kind: [EVENT], type: ["ExperimentCreated", "ExperimentUpdated", "MethodsLinked"] }, after: $after) { subjectId change { version } } }',
      { after },
    );
    const writing = meanwhile(
      Promise.all(
        Array.from({ length: 10 }, async (_, index) => {
          const id = await anExperiment(bob, { name: `Number ${index}` });
          await applied(bob, 'updateExperiment', { id, input: { name: `Renamed ${index}` } });
          await applied(bob, 'addMethodsToExperiment', { experimentId: id, methodIds: await methods(bob, 2) });
        }),
      ),
    );
    for (let seen = 0; seen < 30; seen += 1) {
      const { subjectId, change } = await nextEvent(events);
      const { experiment } = await alice.data('query($id: ID!) { experiment(id: $id) { version } }', { id: subjectId });
      expect(experiment.version).toBeGreaterThanOrEqual(change.version);
    }
    await writing;
  });

  it('carries queries and mutations over the same socket', async () => {
    const created = await nextEvent(
      alice.subscribe(
        'mutation { event: createExperiment(input: { name: "By socket" }) { outcome(waitMs: 10000) { __typename } subjectId } }',
      ),
    );
    expect(created.outcome).toEqual({ __typename: 'CommandApplied' });
    expect(await nextEvent(alice.subscribe('query($id: ID!) { event: experiment(id: $id) { name } }', { id: created.subjectId }))).toEqual({
      name: 'By socket',
    });
  });
});
