import { inputHash } from '@test-planning/kernel/messaging';
import { applied, command, decisionOfProcess, experimentStream, parked, processEvent, processStream, refused, uuid } from '../testing/sample-messages';
import { identityOf, startSystem, type System } from '../testing/system';

const create = command('Soil 3');

const COMMAND = `query ($id: ID!) {
  command(id: $id) {
    id type subjectId acceptedAt actor { userId name } status
    outcome {
      __typename
      ... on CommandApplied { at durationMs version subject { __typename ... on Experiment { id } } process { id } }
      ... on CommandRefused { at durationMs code message details process { id } }
    }
  }
}`;

const REFERENCE = `query ($reference: _Any!, $waitMs: Int) {
  _entities(representations: [$reference]) { ... on Command { id status outcome(waitMs: $waitMs) { __typename ... on CommandRefused { code } } } }
}`;

const referenceTo = (message = create) => ({ __typename: 'Command', id: message.id, inputHash: inputHash(message) });

let system: System;
beforeEach(async () => {
  system = await startSystem();
});
afterEach(() => system.worker.stop());

describe('a command', () => {
  test('is unknown before it is sent, then accepted, then decided', async () => {
    expect((await system.run(COMMAND, { id: create.id })).data).toEqual({ command: null });
    await system.send(create);
    await system.settle();
    const common = {
      id: create.id, type: 'CreateExperiment', subjectId: uuid('Soil 3'), acceptedAt: create.time, actor: { userId: 'alice', name: 'Alice' },
    };
    expect((await system.run(COMMAND, { id: create.id.toUpperCase() })).data).toEqual({ command: { ...common, status: 'ACCEPTED', outcome: null } });
    await system.publish(applied(create));
    await system.settle();
    expect((await system.run(COMMAND, { id: create.id })).data).toEqual({
      command: {
        ...common, status: 'APPLIED',
        outcome: {
          __typename: 'CommandApplied', at: '2026-03-01T08:00:00.020Z', durationMs: 20, version: 1,
          subject: { __typename: 'Experiment', id: uuid('Soil 3') }, process: null,
        },
      },
    });
  });

  test('that was refused says why', async () => {
    await system.publish(refused(create, 'ALREADY_EXISTS'));
    await system.settle();
    expect((await system.run(COMMAND, { id: create.id })).data).toMatchObject({
      command: { status: 'REFUSED', outcome: { code: 'ALREADY_EXISTS', message: 'It can not be done.', details: { why: 'test' } } },
    });
  });

  test('of a process names it', async () => {
    const start = command('adding', { type: 'AddMethodsToExperiment', stream: processStream('adding'), data: { experimentId: uuid('Soil 3') } });
    await system.publish(processEvent(start, 'ProcessCompleted', { decides: decisionOfProcess(start, experimentStream('Soil 3'), 2) }));
    await system.settle();
    expect((await system.run(COMMAND, { id: start.id })).data).toMatchObject({
      command: { subjectId: uuid('Soil 3'), outcome: { version: 2, subject: { id: uuid('Soil 3') }, process: { id: uuid('adding') } } },
    });
  });

  test('of another lab is not found, and neither is an id that is none', async () => {
    await system.send(create);
    await system.settle();
    expect((await system.run(COMMAND, { id: create.id }, identityOf('carol', { lab: 'beta' }))).data).toEqual({ command: null });
    expect((await system.run(COMMAND, { id: 'no uuid' })).data).toEqual({ command: null });
  });

  test('has a deleted subject as what it was, and none that the scopes don\'t cover', async () => {
    await system.publish(applied(create));
    await system.settle();
    const subjectFor = async (scopes: string[]) =>
      (await system.run(COMMAND, { id: create.id }, identityOf('alice', { scopes }))).data?.command;
    expect(await subjectFor(['methods:read'])).toMatchObject({ status: 'APPLIED', outcome: { subject: null } });
    const change = { version: 2, type: 'ExperimentDeleted', reason: null, fields: [] };
    const subject = { name: 'Soil 3', creatorId: 'alice', deleted: true };
    await system.publish(applied(command('deleting', { type: 'DeleteExperiment', stream: experimentStream('Soil 3') }), 'ExperimentDeleted', { change, subject, sequence: 2 }));
    await system.settle();
    expect(await subjectFor(['experiments:read'])).toMatchObject({ status: 'APPLIED', outcome: { subject: { __typename: 'DeletedSubject' } } });
    expect(await subjectFor(['methods:read'])).toMatchObject({ status: 'APPLIED', outcome: { subject: null } });
  });
});

describe('a command that another subgraph refers to', () => {
  test('is accepted and undecided before anything is known of it', async () => {
    expect((await system.run(REFERENCE, { reference: referenceTo() })).data).toEqual({ _entities: [{ id: create.id, status: 'ACCEPTED', outcome: null }] });
  });

  test('by its id alone is not told apart from another input, so it is not found', async () => {
    expect((await system.run(REFERENCE, { reference: { __typename: 'Command', id: create.id } })).data).toEqual({ _entities: [null] });
  });

  test('is told of as soon as it is known, to one who comes before that', async () => {
    const asking = system.run('query ($reference: _Any!) { _entities(representations: [$reference]) { ... on Command { type status } } }', { reference: referenceTo() });
    await system.send(create);
    expect((await asking).data).toEqual({ _entities: [{ type: 'CreateExperiment', status: 'ACCEPTED' }] });
  });

  test('with a second input under the same id has its own outcome, and leaves the first one\'s alone', async () => {
    const second = { ...create, data: { name: 'another' } };
    // The second is seen first, in both ways.
    await system.send(second);
    await system.publish(refused(second, 'COMMAND_ID_REUSED'));
    await system.settle();
    await system.send(create);
    await system.publish(applied(create));
    await system.settle();
    expect((await system.run(REFERENCE, { reference: referenceTo() })).data).toMatchObject({ _entities: [{ status: 'APPLIED' }] });
    expect((await system.run(REFERENCE, { reference: referenceTo(second) })).data).toMatchObject({ _entities: [{ status: 'REFUSED', outcome: { code: 'COMMAND_ID_REUSED' } }] });
    expect((await system.run(COMMAND, { id: create.id })).data).toMatchObject({ command: { status: 'APPLIED' } });
  });
});

describe('waiting for an outcome', () => {
  test('ends when it is decided, with a status of the same moment', async () => {
    const waiting = system.run(REFERENCE, { reference: referenceTo(), waitMs: 10_000 });
    await system.publish(applied(create));
    expect((await waiting).data).toEqual({ _entities: [{ id: create.id, status: 'APPLIED', outcome: { __typename: 'CommandApplied' } }] });
  });

  test('is as long as the longest that is asked for, for everything selected', async () => {
    const waiting = system.run(`query ($reference: _Any!) {
      _entities(representations: [$reference]) { ... on Command { status now: outcome { __typename } later: outcome(waitMs: 10000) { __typename } } }
    }`, { reference: referenceTo() });
    await system.publish(applied(create));
    expect((await waiting).data).toEqual({ _entities: [{ status: 'APPLIED', now: { __typename: 'CommandApplied' }, later: { __typename: 'CommandApplied' } }] });
  });

  test('ends undecided when the time is over', async () => {
    expect((await system.run(REFERENCE, { reference: referenceTo(), waitMs: 5 })).data).toEqual({ _entities: [{ id: create.id, status: 'ACCEPTED', outcome: null }] });
  });

  test('goes on for a command that is known to be accepted', async () => {
    await system.send(create);
    await system.settle();
    const waiting = system.run(`query ($id: ID!) { command(id: $id) { status outcome(waitMs: 10000) { __typename } } }`, { id: create.id });
    await system.publish(applied(create));
    expect((await waiting).data).toEqual({ command: { status: 'APPLIED', outcome: { __typename: 'CommandApplied' } } });
  });

  test.each([-1, 10_001])('takes 0 to 10,000 milliseconds: %d is bad input', async (waitMs) => {
    const { errors } = await system.run(REFERENCE, { reference: referenceTo(), waitMs });
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'waitMs' });
  });

  test('is for so many at a time; the others are answered at once', async () => {
    const crowded = await startSystem({ waitingAtOnce: 1 });
    const first = crowded.run(REFERENCE, { reference: referenceTo(), waitMs: 10_000 });
    // The second comes when the first waits.
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    expect((await crowded.run(REFERENCE, { reference: referenceTo(command('other')), waitMs: 10_000 })).data).toMatchObject({ _entities: [{ status: 'ACCEPTED' }] });
    await crowded.publish(applied(create));
    expect((await first).data).toMatchObject({ _entities: [{ status: 'APPLIED' }] });
    await crowded.worker.stop();
  });
});

describe('following an outcome', () => {
  const FOLLOW = 'subscription ($id: ID!) { commandOutcome(id: $id) { id type status outcome { __typename } } }';

  test('may begin before the command is sent; it says when it is parked, and ends when it is decided', async () => {
    const outcome = await system.follow(FOLLOW, { id: create.id });
    const first = outcome.next();
    await system.send(create);
    await system.settle();
    await system.publish(parked(create));
    expect((await first).value).toMatchObject({ data: { commandOutcome: { status: 'PARKED', outcome: null } } });
    const second = outcome.next();
    await system.publish(applied(create));
    expect((await second).value).toMatchObject({ data: { commandOutcome: { type: 'CreateExperiment', status: 'APPLIED', outcome: { __typename: 'CommandApplied' } } } });
    expect(await outcome.next()).toEqual({ value: undefined, done: true });
  });

  test('delivers at once what is decided', async () => {
    await system.publish(refused(create, 'ALREADY_EXISTS'));
    await system.settle();
    const outcome = await system.follow(FOLLOW, { id: create.id });
    expect((await outcome.next()).value).toMatchObject({ data: { commandOutcome: { status: 'REFUSED' } } });
    expect((await outcome.next()).done).toBe(true);
  });

  test('ends when it is left, even while it waits', async () => {
    const outcome = await system.follow(FOLLOW, { id: create.id });
    const waiting = outcome.next();
    await new Promise(setImmediate);
    await outcome.end();
    expect((await waiting).done).toBe(true);
  });

  test('refuses an id that no command can have', async () => {
    await expect(system.follow(FOLLOW, { id: 'no uuid' })).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field: 'id' } });
  });
});
