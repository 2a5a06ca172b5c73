import { inputHash } from '@test-planning/kernel/messaging';
import { alice, bob, command, experimentStream, LAB, processStream, uuid } from '../testing/sample-messages';
import { recordCommand } from './record-command';

describe('what a command leaves behind', () => {
  test('an entry in the lab\'s feed, and a record that says it is accepted', () => {
    const message = command('Soil 3');
    const { entries, writes } = recordCommand(message);
    expect(entries).toEqual([{
      feed: 'lab', owner: LAB, key: `accepted:${message.id}#${inputHash(message)}`,
      entry: expect.objectContaining({
        kind: 'COMMAND_ACCEPTED', type: 'CreateExperiment', at: message.time, actor: alice,
        subject: { kind: 'experiment', id: uuid('Soil 3') }, command: { id: message.id, inputHash: inputHash(message) }, process: null,
      }),
    }]);
    expect(writes).toEqual([expect.objectContaining({
      view: 'commands', lab: LAB, id: message.id, sequence: 1,
      document: expect.objectContaining({ id: message.id, subjectId: uuid('Soil 3'), state: { status: 'ACCEPTED' } }),
    })]);
  });

  test('sent again, it is the same acceptance; with another input it is another one', () => {
    const key = (message: ReturnType<typeof command>) => recordCommand(message).entries[0]?.key;
    const first = command('Soil 3');
    expect(key({ ...first, time: '2026-03-01T09:00:00.000Z' })).toBe(key(first));
    expect(key({ ...first, data: { name: 'Soil 4' } })).not.toBe(key(first));
    expect(key({ ...first, actor: bob })).not.toBe(key(first));
  });

  test('one that starts a process is about the experiment that it names', () => {
    const stream = processStream('linking');
    const adding = command('adding', { type: 'AddMethodsToExperiment', stream, data: { experimentId: uuid('Soil 3'), methodIds: [] } });
    expect(recordCommand(adding).entries[0]?.entry).toMatchObject({
      subject: { kind: 'experiment', id: uuid('Soil 3') }, process: uuid('linking'),
    });
    const creating = command('creating', { type: 'CreateMethods', stream, data: { methods: [] } });
    expect(recordCommand(creating).entries[0]?.entry).toMatchObject({
      subject: { kind: 'process', id: uuid('linking') }, process: uuid('linking'),
    });
  });

  test.each(['process', 'reply', 'timer'] as const)('nothing, when a %s sent it', (origin) => {
    expect(recordCommand(command('step', { origin, stream: experimentStream('Soil 3') }))).toEqual({ entries: [], writes: [] });
  });
});
