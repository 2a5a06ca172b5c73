import { randomUUID } from 'node:crypto';
import { ended, next, type Json, type LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { eventually } from '../system/eventually';
import { meanwhile } from '../system/meanwhile';
import { aMethod, applied, commandFields, decided, known, mutation } from './steps/commands';

const outcomes = `subscription($id: ID!) { commandOutcome(id: $id) { ${commandFields()} } }`;

describe('A command on its way', () => {
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

  it('answers at once, and tells its status and outcome of one moment when asked without waiting', async () => {
    const { command } = await alice.data(mutation('createExperiment', commandFields(0)), { input: { name: 'E' } });
    expect([
      ['ACCEPTED', null],
      ['APPLIED', 'CommandApplied'],
    ]).toContainEqual([command.status, command.outcome?.__typename ?? null]);
    const decidedLater = await eventually(
      () => known(alice, command.id),
      (found) => expect(found).toMatchObject({ outcome: expect.anything() }),
    );
    expect(decidedLater).toMatchObject({
      id: command.id,
      type: 'CreateExperiment',
      subjectId: command.subjectId,
      acceptedAt: command.acceptedAt,
      status: 'APPLIED',
    });
  });

  it.each([-1, 10_001])('asked to wait %i ms is bad input, and nothing is accepted', async (waitMs) => {
    const commandId = randomUUID();
    const asked = await alice.request<Json>(mutation('createExperiment', commandFields(waitMs)), { input: { name: 'E' }, commandId });
    expect(asked).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'waitMs' } }] });
    const byVariable = 'mutation ($id: ID!, $waitMs: Int!) { createExperiment(commandId: $id, input: { name: "E" }) { outcome(waitMs: $waitMs) { __typename } } }';
    expect(await alice.request(byVariable, { id: commandId, waitMs })).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'waitMs' } }] });
    // Decided behind where the others would have been.
    await decided(alice, 'createExperiment', { input: { name: 'Another' } });
    expect(await known(alice, commandId)).toBeNull();
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
      await applied(alice, 'createExperimentWithMethods', {
        experiment: { name: 'E' },
        methods: [{ name: 'M', applicationRate: 1 }],
        commandId,
      });
      expect((await next(events)).commandOutcome).toMatchObject({
        status: 'APPLIED',
        outcome: { process: { state: 'COMPLETED' }, subject: { __typename: 'Experiment' } },
      });
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
