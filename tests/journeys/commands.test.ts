import { randomUUID } from 'node:crypto';
import { ended, next, type Json, type LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { eventually } from '../system/eventually';
import { meanwhile } from '../system/meanwhile';
import { anExperiment, aMethod, applied, commandFields, decided, methods, mutation, mutationNames, refused, type DecidedCommand, type MutationName } from './steps/commands';

const outcomes = `subscription($id: ID!) { commandOutcome(id: $id) { ${commandFields()} } }`;

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

  const known = (client: LabClient, id: string): Promise<DecidedCommand | null> =>
    client.data(`query($id: ID!) { command(id: $id) { ${commandFields()} } }`, { id }).then(({ command }) => command);

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

  const inventory = (): Promise<Json> => alice.data(`{
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
    const all = await Promise.all(Array.from({ length: 20 }, () => decided(alice, 'createExperiment', { input: { name: 'Once' }, commandId })));
    expect(new Set(all.map((command) => JSON.stringify(lasting(command)))).size).toBe(1);
    expect((await inventory()).experiments).toMatchObject({ totalCount: 1, nodes: [{ version: 1 }] });
    const processId = randomUUID();
    await Promise.all(Array.from({ length: 20 }, () => decided(alice, 'createExperimentWithMethods', { experiment: { name: 'Once' }, methods: [{ name: 'Once', applicationRate: 1 }], commandId: processId })));
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
    expect(await refused(alice, 'updateExperiment', { id: first.subjectId, input: { name: 'Other' }, commandId })).toMatchObject({ code: 'COMMAND_ID_REUSED' });
    expect(await refused(bob, 'createExperiment', { input: { name: 'First' }, commandId })).toMatchObject({ code: 'COMMAND_ID_REUSED' });
    expect((await inventory()).experiments).toMatchObject({ totalCount: 1, nodes: [{ version: 1, name: 'First' }] });
    expect(await known(alice, commandId)).toEqual(first);
  });

  it('that starts a process with the id of another that did is refused as well', async () => {
    const commandId = randomUUID();
    const method = { name: 'M', applicationRate: 1 };
    await applied(alice, 'createMethods', { inputs: [method], commandId });
    expect(await refused(alice, 'createMethods', { inputs: [method, method], commandId })).toMatchObject({ code: 'COMMAND_ID_REUSED' });
    expect(await refused(alice, 'createExperimentWithMethods', { experiment: { name: 'E' }, methods: [method], commandId })).toMatchObject({ code: 'COMMAND_ID_REUSED' });
    expect(await inventory()).toMatchObject({ experiments: { totalCount: 0 }, methods: { totalCount: 1 }, processes: { totalCount: 1 } });
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

  it('answers at once, and tells its status and outcome of one moment when asked without waiting', async () => {
    const { command } = await alice.data(mutation('createExperiment', commandFields(0)), { input: { name: 'E' } });
    expect([['ACCEPTED', null], ['APPLIED', 'CommandApplied']]).toContainEqual([command.status, command.outcome?.__typename ?? null]);
    const decidedLater = await eventually(() => known(alice, command.id), (found) => expect(found).toMatchObject({ outcome: {} }));
    expect(decidedLater).toMatchObject({ id: command.id, type: 'CreateExperiment', subjectId: command.subjectId, acceptedAt: command.acceptedAt, status: 'APPLIED' });
  });

  it.each([-1, 10_001])('asked to wait %i ms says that this is bad input, beside the command', async (waitMs) => {
    const { data, errors } = await alice.request<Json>(mutation('createExperiment', commandFields(waitMs)), { input: { name: 'E' } });
    expect(errors).toMatchObject([{ path: ['command', 'outcome'], extensions: { code: 'BAD_USER_INPUT', field: 'waitMs' } }]);
    expect(data?.command).toMatchObject({ type: 'CreateExperiment', outcome: null });
  });

  it('tells when it was decided, how long that took, and never before it was accepted', async () => {
    const { acceptedAt, outcome } = await decided(alice, 'createMethod', { input: { name: 'M', applicationRate: 1 } });
    expect(outcome && outcome.at >= acceptedAt).toBe(true);
    expect(outcome?.durationMs).toBeLessThan(5_000);
  });

  it('is known in its own lab by its id, whatever the case, and nowhere else', async () => {
    const mine = await decided(alice, 'createExperiment', { input: { name: 'E' } });
    expect(await known(alice, mine.id.toUpperCase())).toEqual(mine);
    expect(await known(await crowd.enter(), mine.id)).toBeNull();
    expect(await known(alice, randomUUID())).toBeNull();
    expect(await known(alice, 'no uuid')).toBeNull();
  });

  describe('whose outcome is awaited by subscription', () => {
    it('delivers it once and completes, when it was opened before the command was sent', async () => {
      const commandId = randomUUID();
      const events = alice.subscribe(outcomes, { id: commandId });
      const sent = meanwhile(decided(alice, 'createExperiment', { input: { name: 'E' }, commandId }));
      expect((await next(events)).commandOutcome).toEqual(await sent);
      await ended(events);
    });

    it('delivers it at once when it is decided already', async () => {
      const command = await decided(alice, 'deleteExperiment', { id: randomUUID() });
      const events = alice.subscribe(outcomes, { id: command.id });
      expect((await next(events)).commandOutcome).toEqual(command);
      await ended(events);
    });

    it('delivers what a process came to', async () => {
      const commandId = randomUUID();
      const events = alice.subscribe(outcomes, { id: commandId });
      await applied(alice, 'createExperimentWithMethods', { experiment: { name: 'E' }, methods: [{ name: 'M', applicationRate: 1 }], commandId });
      expect((await next(events)).commandOutcome).toMatchObject({ status: 'APPLIED', outcome: { process: { state: 'COMPLETED' }, subject: { __typename: 'Experiment' } } });
    });

    it('delivers what another person of the lab sent, and nothing of another lab', async () => {
      const commandId = randomUUID();
      const [bob, stranger] = [await crowd.enter({ lab, user: 'bob' }), await crowd.enter()];
      const [inside, outside] = [bob.subscribe(outcomes, { id: commandId }), stranger.subscribe(outcomes, { id: commandId })];
      await aMethod(alice, {});
      await decided(alice, 'createExperiment', { input: { name: 'Of alice' }, commandId });
      expect((await next(inside)).commandOutcome.actor.userId).toBe('alice');
      const theirs = await decided(stranger, 'createExperiment', { input: { name: 'Of the stranger' }, commandId });
      expect((await next(outside)).commandOutcome).toEqual(theirs);
    });
  });
});
