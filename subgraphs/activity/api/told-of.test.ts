import { MemoryReadModels } from '@test-planning/kernel/memory';
import { inputHash } from '@test-planning/kernel/messaging';
import { eventually } from '@test-planning/kernel/testing';
import { CommandStates } from '../reading/command-states';
import { tellsOfDecision, type AuditEntryRecord } from '../recording/audit-entry';
import { commandsView } from '../recording/command-record';
import { recordCommand } from '../recording/record-command';
import { recordPublication } from '../recording/record-publication';
import { subjectsView } from '../recording/subject-existence';
import { applied, command, LAB, processEvent, processStream } from '../testing/sample-messages';
import { CommandResolver } from './command-resolver';
import { Subjects } from './subjects';

const create = command('Soil 3');
const reference = { id: create.id, inputHash: inputHash(create) };
const decision = applied(create);

const setUp = () => {
  const views = new MemoryReadModels([commandsView, subjectsView]);
  const states = new CommandStates(views);
  return { views, states, resolver: new CommandResolver(states, new Subjects(views)) };
};

test('a command that an entry tells of is there, even if it becomes known later than the entry', async () => {
  const { views, states, resolver } = setUp();
  const type = resolver.toldOf(LAB, reference, { tellsOfDecision: false }).type();
  await eventually(() => {
    expect(states.waiting).toBe(1);
  });
  await views.write(recordCommand(create).writes);
  expect(await type).toBe('CreateExperiment');
});

test('it is decided where the entry tells of that, even if it becomes known later than the entry', async () => {
  const { views, states, resolver } = setUp();
  await views.write(recordCommand(create).writes);
  const record = resolver.toldOf(LAB, reference, { tellsOfDecision: true }).record();
  await eventually(() => {
    expect(states.waiting).toBe(1);
  });
  await views.write(recordPublication(decision.message, decision.publication).writes);
  expect(await record).toMatchObject({ state: { status: 'APPLIED' } });
});

test('an entry tells of a decision if it is about what became of the command, and not of a step on the way', () => {
  const entriesOf = ({ message, publication }: typeof decision) =>
    recordPublication(message, publication).entries.filter(({ feed }) => feed === 'lab').map(({ entry }) => entry as AuditEntryRecord);
  const told = (published: typeof decision) => entriesOf(published).map((entry) => [entry.kind, tellsOfDecision(entry)]);
  const start = command('Soil 3', { type: 'CreateMethods', stream: processStream('Soil 3') });
  expect(told(decision)).toEqual([['COMMAND_ACCEPTED', false], ['EVENT', true]]);
  expect(told(processEvent(start, 'ProcessStarted')).at(-1)).toEqual(['EVENT', false]);
  expect(told(processEvent(start, 'ProcessCompleted')).at(-1)).toEqual(['EVENT', true]);
});
