import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { anExperiment, aMethod, applied, commandFields, decided, refused, type MutationName } from './steps/commands';
import { activity, experimentChanges, feedPosition, nextEvent, processChanges } from './steps/feeds';

describe('Between two labs', () => {
  let crowd: Crowd;
  let alice: LabClient;
  let carol: LabClient;
  let ids: { experiment: string; method: string; command: string; process: string };
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
    carol = await crowd.enter({ user: 'carol' });
    const [experiment, method] = [await anExperiment(alice, { name: 'Secret recipe' }), await aMethod(alice, { name: 'Secret sauce' })];
    const { id, outcome } = await decided(alice, 'addMethodsToExperiment', { experimentId: experiment, methodIds: [method] });
    ids = { experiment, method, command: id, process: outcome?.process?.id ?? '' };
  });

  afterAll(() => crowd.leave());

  it('nothing of one is found in another, by id or in any list', async () => {
    const data = await carol.data(
      `query($experiment: ID!, $method: ID!, $command: ID!, $process: ID!) {
      experiment(id: $experiment) { id } method(id: $method) { id } command(id: $command) { id } process(id: $process) { id }
      experiments { totalCount nodes { id } } methods { totalCount } processes { totalCount } notifications { totalCount } auditTrail { totalCount }
      byMethod: experiments(filter: { methodId: $method }) { totalCount } byExperiment: methods(filter: { experimentId: $experiment }) { totalCount }
      byWord: experiments(filter: { search: "secret" }) { totalCount } byCreator: methods(filter: { creatorId: "alice" }) { totalCount }
      bySubject: processes(filter: { subjectId: $experiment }) { totalCount } audited: auditTrail(filter: { subjectId: $experiment }) { totalCount } }`,
      ids,
    );
    const none = { totalCount: 0 };
    expect(data).toEqual({
      experiment: null,
      method: null,
      command: null,
      process: null,
      experiments: { ...none, nodes: [] },
      methods: none,
      processes: none,
      notifications: none,
      auditTrail: none,
      byMethod: none,
      byExperiment: none,
      byWord: none,
      byCreator: none,
      bySubject: none,
      audited: none,
    });
  });

  it('a cursor of one is none in another', async () => {
    const lists =
      '{ experiments(first: 1) { pageInfo { endCursor } } methods(first: 1) { pageInfo { endCursor } } processes(first: 1) { pageInfo { endCursor } } auditTrail(first: 1) { pageInfo { endCursor } } }';
    for (const [list, { pageInfo }] of Object.entries<Json>(await alice.data(lists))) {
      const { errors } = await carol.request(`query($after: Cursor) { ${list}(after: $after) { totalCount } }`, {
        after: pageInfo.endCursor,
      });
      expect([list, errors?.map(({ extensions }) => extensions?.code)]).toEqual([list, ['CURSOR_INVALID']]);
    }
  });

  it('a command on what belongs to another is refused as if it never was', async () => {
    const [mine, nowhere] = [await anExperiment(carol, { name: 'Mine' }), randomUUID()];
    const withoutTimes = ({ code, message, details }: Json): object => ({
      code,
      message: message.replaceAll(ids.method, 'ID').replaceAll(nowhere, 'ID'),
      details: JSON.stringify(details)?.replaceAll(ids.method, 'ID').replaceAll(ids.experiment, 'ID').replaceAll(nowhere, 'ID'),
    });
    const attempts: [MutationName, (id: string) => object, 'experiment' | 'method'][] = [
      ['updateExperiment', (id) => ({ id, input: { name: 'Stolen' } }), 'experiment'],
      ['deleteExperiment', (id) => ({ id }), 'experiment'],
      ['updateMethod', (id) => ({ id, input: { name: 'Stolen' } }), 'method'],
      ['deleteMethods', (id) => ({ ids: [id] }), 'method'],
      ['addMethodsToExperiment', (id) => ({ experimentId: mine, methodIds: [id] }), 'method'],
    ];
    for (const [name, variables, kind] of attempts) {
      expect(withoutTimes(await refused(carol, name, variables(ids[kind])))).toEqual(
        withoutTimes(await refused(carol, name, variables(nowhere))),
      );
    }
    const { experiment, method } = await alice.data(
      'query($e: ID!, $m: ID!) { experiment(id: $e) { name methodCount } method(id: $m) { name experiments { totalCount } } }',
      { e: ids.experiment, m: ids.method },
    );
    expect([experiment, method]).toEqual([
      { name: 'Secret recipe', methodCount: 1 },
      { name: 'Secret sauce', experiments: { totalCount: 1 } },
    ]);
  });

  it('the same id names another thing in each', async () => {
    await applied(carol, 'createExperiment', { input: { id: ids.experiment, name: 'Of carol' } });
    expect((await carol.data('query($id: ID!) { experiment(id: $id) { name methodCount } }', { id: ids.experiment })).experiment).toEqual({
      name: 'Of carol',
      methodCount: 0,
    });
    expect((await alice.data('query($id: ID!) { experiment(id: $id) { name } }', { id: ids.experiment })).experiment.name).toBe(
      'Secret recipe',
    );
    await applied(carol, 'deleteExperiment', { id: ids.experiment });
  });

  it("a subscription delivers only what happens in one's own", async () => {
    const after = await feedPosition(carol);
    const watches = [experimentChanges, processChanges, activity].map((document) => carol.subscribe(document, { after }));
    const theirs = carol.subscribe(experimentChanges, { id: ids.experiment, after });
    const outcome = carol.subscribe(`subscription($id: ID!) { event: commandOutcome(id: $id) { ${commandFields()} } }`, {
      id: ids.command,
    });
    await applied(alice, 'updateExperiment', { id: ids.experiment, input: { description: 'More secret' } });
    await applied(alice, 'removeMethodsFromExperiment', { experimentId: ids.experiment, methodIds: [ids.method] });
    const { subjectId } = await decided(carol, 'createExperimentWithMethods', { experiment: { name: 'Of carol' }, methods: [] });
    const [change, step, entry] = await Promise.all(watches.map(nextEvent));
    expect(change.experimentId).toBe(subjectId);
    expect(
      (await carol.data('query($id: ID!) { process(id: $id) { command { subjectId } } }', { id: step.processId })).process.command
        .subjectId,
    ).toBe(subjectId);
    expect(entry.actor.userId).toBe('carol');
    const own = await decided(carol, 'createExperiment', { input: { name: 'Own' }, commandId: ids.command });
    expect((await nextEvent(outcome)).subjectId).toBe(own.subjectId);
    await theirs.return?.();
  });
});
