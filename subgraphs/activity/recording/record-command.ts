import { inputHash, type Message } from '@test-planning/kernel/messaging';
import { commandKey, commandWrites } from './command-record';
import { auditEntry, nothingToRecord, type Recording } from './recording';
import { subjectOf, subjectOfCommand } from './subject';

/**
 * What a message on a commands topic or in the saga's inbox leaves behind: nothing, unless a user sent it. The same input sent again under
 * the same id is the same acceptance.
 */
export const recordCommand = (message: Message): Recording => {
  if (message.origin !== 'client') return nothingToRecord;
  const { lab, actor, type, id, time, stream } = message;
  const hash = inputHash(message);
  const lane = subjectOf(stream);
  const subject = subjectOfCommand(stream, message.data);
  return {
    entries: [auditEntry(lab, {
      id: `accepted:${commandKey(id, hash)}`, kind: 'COMMAND_ACCEPTED', at: time, actor, type, subject,
      command: { id, inputHash: hash }, process: lane.kind === 'process' ? lane.id : null,
    })],
    writes: commandWrites(lab, stream, {
      id, inputHash: hash, type, subjectId: subject.id, acceptedAt: time, actor, state: { status: 'ACCEPTED' },
    }),
  };
};
