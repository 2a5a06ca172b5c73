import { inputHash } from '@test-planning/kernel/messaging';
import {
  alice, applied, bob, command, decisionOfProcess, experimentStream, LAB, parked, processEvent, processStream, refused, unchanged, uuid,
  type Published,
} from '../testing/sample-messages';
import { recordCommand } from './record-command';
import { recordPublication } from './record-publication';
import type { RecordedSubject } from './subject-existence';

const record = ({ message, publication }: Published) => recordPublication(message, publication);
const entriesOf = (published: Published, feed: string) => record(published).entries.filter((each) => each.feed === feed).map((each) => each.entry);
const writesOf = (published: Published, view: string) => record(published).writes.filter((each) => each.view === view);

/** The entry that the command itself makes. */
const acceptanceOf = (message: ReturnType<typeof command>) => recordCommand(message).entries[0]?.entry;

const create = command('Soil 3');
const subject = { kind: 'experiment', id: uuid('Soil 3') };

describe('a command that was applied', () => {
  test('is an event in the lab\'s feed, behind its acceptance', () => {
    expect(entriesOf(applied(create), 'lab')).toEqual([acceptanceOf(create), {
      id: `event:${create.id}/experiments-worker/${applied(create).message.id}`, kind: 'EVENT', type: 'ExperimentCreated', at: '2026-03-01T08:00:00.020Z', actor: alice, subject,
      command: { id: create.id, inputHash: inputHash(create) }, process: null,
      change: { version: 1, type: 'ExperimentCreated', reason: null, fields: [{ field: 'name', before: null, after: 'Soil 3' }] },
    }]);
  });

  test('is told to whoever sent it, and to nobody else', () => {
    const { entries } = record(applied(create));
    expect(entries.filter(({ feed }) => feed === 'notifications')).toEqual([expect.objectContaining({
      owner: `${LAB}/alice`,
      entry: expect.objectContaining({ kind: 'COMMAND_DECIDED', severity: 'SUCCESS', message: 'Experiment "Soil 3" was created.', subject }),
    })]);
  });

  test('has an outcome under its id and under its input, with all that is to be known of the command', () => {
    const writes = writesOf(applied(create), 'commands');
    expect(writes.map(({ id, sequence }) => [id, sequence])).toEqual([[`${create.id}#${inputHash(create)}`, 3], [create.id, 3]]);
    for (const { document } of writes) {
      expect(document).toEqual({
        id: create.id, inputHash: inputHash(create), type: 'CreateExperiment', subjectId: subject.id, acceptedAt: create.time, actor: alice,
        state: { status: 'APPLIED', at: '2026-03-01T08:00:00.020Z', durationMs: 20, version: 1, subject, process: null },
      });
    }
  });

  test('has an outcome and a notification, but no entry but its acceptance, when nothing changed', () => {
    const published = unchanged(create);
    expect(entriesOf(published, 'lab')).toEqual([acceptanceOf(create)]);
    expect(entriesOf(published, 'notifications')).toEqual([expect.objectContaining({ severity: 'SUCCESS', message: 'Nothing had to be changed in experiment "Soil 3".' })]);
    expect(writesOf(published, 'commands')[0]?.document).toMatchObject({ state: { status: 'APPLIED', version: 1 } });
  });

  test('counts once, however many of its messages say that they decide it', () => {
    const keys = ['ExperimentCreated', 'MethodsLinked'].map((type) =>
      record(applied(create, type)).entries.filter(({ feed }) => feed === 'notifications').map(({ key }) => key));
    expect(keys[0]).toEqual(keys[1]);
  });
});

describe('a command that was refused', () => {
  const published = refused(create, 'ALREADY_EXISTS');

  test('is a refusal in the lab\'s feed, with its reason', () => {
    expect(entriesOf(published, 'lab')).toEqual([acceptanceOf(create), expect.objectContaining({
      kind: 'COMMAND_REFUSED', type: 'CreateExperiment', subject, durationMs: 20,
      refusal: { code: 'ALREADY_EXISTS', message: 'It can not be done.', details: { why: 'test' } },
    })]);
  });

  test('is told to whoever sent it', () => {
    expect(entriesOf(published, 'notifications')).toEqual([expect.objectContaining({
      kind: 'COMMAND_DECIDED', severity: 'ERROR', message: 'The experiment could not be created: It can not be done.',
    })]);
  });

  test('never claims the id of the command before it, when it is told that the id is taken', () => {
    expect(writesOf(refused(create, 'COMMAND_ID_REUSED'), 'commands').map(({ id }) => id)).toEqual([`${create.id}#${inputHash(create)}`]);
  });
});

const existence = (published: Published) => writesOf(published, 'subjects').map(({ id, document }) => [id, (document as RecordedSubject | null)?.deletedName ?? 'there']);

describe('a change', () => {
  test('that is a thing\'s first says that it is there', () => {
    expect(existence(applied(create))).toEqual([[`experiment/${uuid('Soil 3')}`, 'there']]);
    const change = { version: 2, type: 'ExperimentUpdated', reason: null, fields: [] };
    expect(existence(applied(create, 'ExperimentUpdated', { change }))).toEqual([]);
  });

  test('by somebody else is told to the creator', () => {
    const update = command('Soil 3', { type: 'UpdateExperiment', actor: bob });
    const change = { version: 2, type: 'ExperimentUpdated', reason: null, fields: [] };
    const told = record(applied(update, 'ExperimentUpdated', { change })).entries.filter(({ feed }) => feed === 'notifications');
    expect(told.map(({ owner, entry }) => [owner, entry])).toEqual([
      ['alpha/alice', expect.objectContaining({ kind: 'CHANGED_BY_OTHERS', severity: 'INFO', message: 'Bob updated experiment "Soil 3".' })],
      ['alpha/bob', expect.objectContaining({ kind: 'COMMAND_DECIDED', severity: 'SUCCESS' })],
    ]);
  });

  test('that a process made goes back to the user\'s command and to the process, and decides nothing', () => {
    const step = { process: processStream('linking'), step: 'link' };
    const link = command('step', { origin: 'process', type: 'LinkMethods', correlationId: 'the-users-command', step, stream: experimentStream('Soil 3') });
    const change = { version: 2, type: 'MethodsLinked', reason: null, fields: [] };
    const { entries, writes } = record(applied(link, 'MethodsLinked', { change }));
    expect(entries.map(({ entry }) => entry)).toEqual([expect.objectContaining({
      kind: 'EVENT', command: { id: 'the-users-command', inputHash: null }, process: uuid('linking'),
    })]);
    expect(writes).toEqual([]);
  });

  test('that nobody sees leaves nothing behind', () => {
    const provision = command('step', { origin: 'process', type: 'ProvisionExperiment' });
    expect(record(applied(provision, 'ExperimentProvisioned', { change: null }))).toEqual({ entries: [], writes: [] });
    expect(record(refused(provision, 'ALREADY_EXISTS'))).toEqual({ entries: [], writes: [] });
  });

  test('that deletes a thing leaves its last name, and stays the subject of its command', () => {
    const remove = command('Soil 3', { type: 'DeleteExperiment' });
    const change = { version: 2, type: 'ExperimentDeleted', reason: null, fields: [] };
    const published = applied(remove, 'ExperimentDeleted', { change, sequence: 7, subject: { name: 'Soil 3', creatorId: 'alice', deleted: true } });
    expect(existence(published)).toEqual([[`experiment/${uuid('Soil 3')}`, 'Soil 3']]);
    expect(writesOf(published, 'commands')[0]?.document).toMatchObject({ state: { status: 'APPLIED', subject: { kind: 'experiment', id: uuid('Soil 3') } } });
  });
});

describe('a process', () => {
  const start = command('adding', {
    type: 'AddMethodsToExperiment', stream: processStream('adding'), data: { experimentId: uuid('Soil 3'), methodIds: [uuid('Tillage')] },
  });

  test('shows each of its events, as no change of a thing', () => {
    expect(entriesOf(processEvent(start, 'StepsSent'), 'lab')).toEqual([expect.objectContaining({
      kind: 'EVENT', type: 'StepsSent', subject: { kind: 'process', id: uuid('adding') }, process: uuid('adding'), change: null,
    })]);
  });

  test('is there from its first commit on', () => {
    expect(existence(processEvent(start, 'ProcessStarted', { sequence: 1 }))).toEqual([[`process/${uuid('adding')}`, 'there']]);
    expect(existence(processEvent(start, 'StepsSent', { sequence: 2 }))).toEqual([]);
  });

  test('decides its command when it is completed', () => {
    const decides = decisionOfProcess(start, experimentStream('Soil 3'), 4);
    const published = processEvent(start, 'ProcessCompleted', { decides, sequence: 5, subject: { name: 'Soil 3', creatorId: null, deleted: false } });
    expect(writesOf(published, 'commands')[1]?.document).toMatchObject({
      id: start.id, subjectId: uuid('Soil 3'), state: { status: 'APPLIED', version: 4, subject, process: uuid('adding') },
    });
    expect(existence(published)).toEqual([[`experiment/${uuid('Soil 3')}`, 'there']]);
    expect(entriesOf(published, 'notifications')).toEqual([expect.objectContaining({ message: 'The methods were added to experiment "Soil 3".' })]);
  });

  test('that was compensated shows so, and refuses its command', () => {
    const published = refused(start, 'METHOD_NOT_FOUND', { decides: decisionOfProcess(start, experimentStream('Soil 3')) });
    expect(entriesOf(published, 'lab')).toEqual([
      acceptanceOf(start),
      expect.objectContaining({ kind: 'EVENT', type: 'ProcessCompensated', subject: { kind: 'process', id: uuid('adding') } }),
      expect.objectContaining({ kind: 'COMMAND_REFUSED', type: 'AddMethodsToExperiment', subject, process: uuid('adding') }),
    ]);
    expect(writesOf(published, 'commands')[0]?.document).toMatchObject({ state: { status: 'REFUSED', refusal: { code: 'METHOD_NOT_FOUND' } } });
  });
});

test('a second input under the id of a process\'s command is refused, and nothing happened in the process', () => {
  const start = command('adding', { type: 'AddMethodsToExperiment', stream: processStream('adding'), data: { experimentId: uuid('Soil 4') } });
  expect(entriesOf(refused(start, 'COMMAND_ID_REUSED', { decides: decisionOfProcess(start, null) }), 'lab')).toEqual([
    expect.objectContaining({ kind: 'COMMAND_REFUSED', process: null }),
  ]);
});

test('a parked command is about what it was about before', () => {
  const start = command('adding', { type: 'AddMethodsToExperiment', stream: processStream('adding'), data: { experimentId: uuid('Soil 3') } });
  expect(record(parked(start)).writes[0]?.document).toMatchObject({ subjectId: uuid('Soil 3'), state: { status: 'PARKED' } });
});

test('a parked command shows as parked', () => {
  const { entries, writes } = record(parked(create));
  expect(entries).toEqual([]);
  expect(writes.map(({ id, sequence }) => [id, sequence])).toEqual([[`${create.id}#${inputHash(create)}`, 2], [create.id, 2]]);
  expect(writes[0]?.document).toMatchObject({ state: { status: 'PARKED' } });
});
