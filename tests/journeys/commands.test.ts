import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import {
  anExperiment,
  applied,
  decided,
  known,
  methods,
  mutationNames,
  refused,
  type DecidedCommand,
  type MutationName,
} from './steps/commands';

describe('A command', () => {
  let crowd: Crowd;
  let alice: LabClient;
  let lab: string;
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  beforeEach(async () => {
    lab = newLab();
    alice = await crowd.enter({ lab });
  });
  afterAll(() => crowd.leave());

  /** Variables for each mutation, such that it is applied. */
  const workable = async (name: MutationName): Promise<object> => {
    const [experimentId, [a, b]] = [await anExperiment(alice), await methods(alice, 2)];
    const method = { name: 'M', applicationRate: 1 };
    const variables: Record<MutationName, object> = {
      createExperiment: { input: { name: 'E' } },
      updateExperiment: { id: experimentId, input: { name: 'Renamed' } },
      deleteExperiment: { id: experimentId },
      createExperimentWithMethods: { experiment: { name: 'E' }, methods: [method, method] },
      addMethodsToExperiment: { experimentId, methodIds: [a, b] },
      removeMethodsFromExperiment: { experimentId, methodIds: [a, b] },
      createMethod: { input: method },
      updateMethod: { id: a, input: { name: 'Renamed' } },
      createMethods: { inputs: [method, method] },
      deleteMethods: { ids: [a, b] },
    };
    return variables[name];
  };

  /** All of a command but when it was accepted: that is said by whoever accepts it, each time anew. */
  const lasting = (command: DecidedCommand): object => ({ ...command, acceptedAt: undefined });

  const inventory = (): Promise<Json> =>
    alice.data(`{
    experiments(first: 100) { totalCount nodes { id version name methodCount } } methods(first: 100) { totalCount nodes { id version name } }
    auditTrail(first: 100) { totalCount } processes { totalCount } }`);

  describe.each(mutationNames)('%s', (name) => {
    it('sent again with the same id and input gets the same outcome and has no second effect', async () => {
      const variables = { ...(await workable(name)), commandId: randomUUID() };
      const first = await decided(alice, name, variables);
      expect(first).toMatchObject({ id: variables.commandId, status: 'APPLIED' });
      const before = await inventory();
      expect(lasting(await decided(alice, name, variables))).toEqual(lasting(first));
      expect(lasting(await decided(alice, name, { ...variables, commandId: variables.commandId.toUpperCase() }))).toEqual(lasting(first));
      expect(await inventory()).toEqual(before);
    });
  });

  it('sent twenty times at once, with everything left out that can be, has one effect and twenty equal outcomes', async () => {
    const commandId = randomUUID();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => decided(alice, 'createExperiment', { input: { name: 'Once' }, commandId })),
    );
    expect(new Set(all.map((command) => JSON.stringify(lasting(command)))).size).toBe(1);
    expect((await inventory()).experiments).toMatchObject({ totalCount: 1, nodes: [{ version: 1 }] });
    const processId = randomUUID();
    await Promise.all(
      Array.from({ length: 20 }, () =>
        decided(alice, 'createExperimentWithMethods', {
          experiment: { name: 'Once' },
          methods: [{ name: 'Once', applicationRate: 1 }],
          commandId: processId,
        }),
      ),
    );
    expect(await inventory()).toMatchObject({ experiments: { totalCount: 2 }, methods: { totalCount: 1 }, processes: { totalCount: 1 } });
  });

  it('with the id of another, on the same thing, is refused COMMAND_ID_REUSED, and the first stands', async () => {
    const [id, commandId] = [await anExperiment(alice), randomUUID()];
    const first = await decided(alice, 'updateExperiment', { id, input: { name: 'First' }, commandId });
    const second = await decided(alice, 'updateExperiment', { id, input: { name: 'Second' }, commandId });
    expect(second).toMatchObject({ id: commandId, status: 'REFUSED', outcome: { code: 'COMMAND_ID_REUSED' } });
    expect((await alice.data('query($id: ID!) { experiment(id: $id) { name } }', { id })).experiment.name).toBe('First');
    expect(lasting(await decided(alice, 'updateExperiment', { id, input: { name: 'First' }, commandId }))).toEqual(lasting(first));
    expect(await known(alice, commandId)).toEqual(first);
  });

  it('with the id of another, on another thing or by another person, is refused as well', async () => {
    const commandId = randomUUID();
    const first = await decided(alice, 'createExperiment', { input: { name: 'First' }, commandId });
    const bob = await crowd.enter({ lab, user: 'bob' });
    expect(await refused(alice, 'createExperiment', { input: { name: 'Other' }, commandId })).toMatchObject({ code: 'COMMAND_ID_REUSED' });
    expect(await refused(alice, 'updateExperiment', { id: first.subjectId, input: { name: 'Other' }, commandId })).toMatchObject({
      code: 'COMMAND_ID_REUSED',
    });
    expect(await refused(bob, 'createExperiment', { input: { name: 'First' }, commandId })).toMatchObject({ code: 'COMMAND_ID_REUSED' });
    expect((await inventory()).experiments).toMatchObject({ totalCount: 1, nodes: [{ version: 1, name: 'First' }] });
    expect(await known(alice, commandId)).toEqual(first);
  });

  it('that starts a process with the id of another that did is refused as well', async () => {
    const commandId = randomUUID();
    const method = { name: 'M', applicationRate: 1 };
    await applied(alice, 'createMethods', { inputs: [method], commandId });
    expect(await refused(alice, 'createMethods', { inputs: [method, method], commandId })).toMatchObject({ code: 'COMMAND_ID_REUSED' });
    expect(await refused(alice, 'createExperimentWithMethods', { experiment: { name: 'E' }, methods: [method], commandId })).toMatchObject({
      code: 'COMMAND_ID_REUSED',
    });
    expect(await inventory()).toMatchObject({ experiments: { totalCount: 0 }, methods: { totalCount: 1 }, processes: { totalCount: 1 } });
  });

  it('is refused with the id of a command that another service decided, whichever of them comes first', async () => {
    const experimentInput = { input: { name: 'E' } };
    const methodInput = { input: { name: 'M', applicationRate: 1 } };
    const mutations: [Parameters<typeof decided>[1], object][] = [['createExperiment', experimentInput], ['createMethod', methodInput], ['createMethods', { inputs: [methodInput.input] }]];
    for (const [first, variables] of mutations) {
      const commandId = randomUUID();
      const stays = await decided(alice, first, { ...variables, commandId });
      expect(stays).toMatchObject({ status: 'APPLIED' });
      for (const [second, others] of mutations.filter(([name]) => name !== first)) {
        expect(await refused(alice, second, { ...others, commandId })).toMatchObject({ code: 'COMMAND_ID_REUSED' });
        // Sent again, it is answered in the same way.
        expect(await refused(alice, second, { ...others, commandId })).toMatchObject({ code: 'COMMAND_ID_REUSED' });
      }
      expect(lasting(await decided(alice, first, { ...variables, commandId }))).toEqual(lasting(stays));
      expect(await known(alice, commandId)).toEqual(stays);
    }
    expect(await inventory()).toMatchObject({ experiments: { totalCount: 1 }, methods: { totalCount: 2 }, processes: { totalCount: 1 } });
  });

  it('sent at once under one id to three services is applied by one of them', async () => {
    const commandId = randomUUID();
    const outcomes = await Promise.all([
      decided(alice, 'createExperiment', { input: { name: 'E' }, commandId }),
      decided(alice, 'createMethod', { input: { name: 'M', applicationRate: 1 }, commandId }),
      decided(alice, 'createMethods', { inputs: [{ name: 'N', applicationRate: 1 }], commandId }),
    ]);
    expect(outcomes.map(({ status }: { status: string }) => status).sort()).toEqual(['APPLIED', 'REFUSED', 'REFUSED']);
  });

  it('refused once is refused for ever, also when the reason is gone', async () => {
    const [id, commandId] = [randomUUID(), randomUUID()];
    const variables = { id, input: { name: 'Later' }, commandId };
    const first = await decided(alice, 'updateExperiment', variables);
    expect(first).toMatchObject({ status: 'REFUSED', outcome: { code: 'EXPERIMENT_NOT_FOUND' } });
    await anExperiment(alice, { id });
    expect(lasting(await decided(alice, 'updateExperiment', variables))).toEqual(lasting(first));
  });

  it('has the same id in another lab as a command of its own', async () => {
    const commandId = randomUUID();
    const stranger = await crowd.enter();
    const mine = await decided(alice, 'createExperiment', { input: { name: 'Mine' }, commandId });
    const theirs = await decided(stranger, 'createExperiment', { input: { name: 'Theirs' }, commandId });
    expect([mine.status, theirs.status]).toEqual(['APPLIED', 'APPLIED']);
    expect(mine.subjectId).not.toBe(theirs.subjectId);
  });
});
