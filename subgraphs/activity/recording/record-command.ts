import { inputHash, type Message } from '@test-planning/kernel/messaging';
import { acceptanceEntry } from './acceptance';
import { commandWrites } from './command-record';
import { nothingToRecord, type Recording } from './recording';
import { subjectOfCommand } from './subject';

/** What a message on a commands topic or in the saga's inbox leaves behind: nothing, unless a user sent it. */
export const recordCommand = (message: Message): Recording => {
  if (message.origin !== 'client') return nothingToRecord;
  const { lab, stream, actor, type, id, time: acceptedAt } = message;
  const subject = subjectOfCommand(stream, message.data);
  const common = { id, inputHash: inputHash(message), type, acceptedAt, actor };
  return {
    entries: [acceptanceEntry({ ...common, lab, stream, subject })],
    writes: commandWrites(lab, stream, { ...common, subjectId: subject.id, state: { status: 'ACCEPTED' } }),
  };
};
