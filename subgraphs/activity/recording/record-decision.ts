import type { NewFeedEntry } from '@test-planning/kernel/feeds';
import type { Message } from '@test-planning/kernel/messaging';
import type { Publication } from '@test-planning/schema/messages';
import { acceptanceEntry } from './acceptance';
import { commandKey, commandWrites, tellsOfReuse, type CommandState } from './command-record';
import type { NotificationSeverity } from './notification';
import { auditEntry, nothingToRecord, notification, type Recording } from './recording';
import { doneSentence, refusedSentence, unchangedSentence, type Named } from './sentences';
import { processOf, subjectOf, type Subject } from './subject';

type Handled = Exclude<Publication, { kind: 'parked' }>;

type Decides = NonNullable<Handled['decides']>;

/** What a publication that decides a user's command leaves behind: the outcome, what its sender is told, and an entry for a refusal. */
export const recordDecision = (message: Message, publication: Handled): Recording => {
  const { decides } = publication;
  if (!decides) return nothingToRecord;
  const { lab, actor, stream, time: at } = message;
  const { commandId: id, inputHash, type, acceptedAt, durationMs } = decides;
  const subject = subjectIn(message, decides);
  const key = commandKey(id, inputHash);
  const common = { at, subject, command: { id, inputHash } };
  const refusals = publication.kind !== 'refusal' ? [] : [auditEntry(lab, {
    ...common, id: `refused:${key}`, kind: 'COMMAND_REFUSED', actor, type, durationMs, refusal: publication.refusal, process: processIn(message, publication),
  })];
  const words = wordsFor(publication, type, { kind: subject.kind, name: publication.subject.name });
  const told = notification(lab, actor.userId, { ...common, id: `decided:${key}`, kind: 'COMMAND_DECIDED', ...words });
  const state = stateOf(message, publication, decides);
  return {
    entries: [...refusals, told],
    writes: commandWrites(lab, stream, { id, inputHash, type, subjectId: subject.id, acceptedAt, actor, state }),
  };
};

/**
 * The acceptance of the command that is decided here, in case that nothing was heard of it yet. Where an id was taken, what the second command was
 * about isn't always known: only the command itself says so.
 */
export const acceptanceOfDecided = (message: Message, publication: Handled): NewFeedEntry[] => {
  const { decides } = publication;
  if (!decides || (publication.kind === 'refusal' && tellsOfReuse(publication.refusal))) return [];
  const { lab, stream, actor } = message;
  const { commandId: id, inputHash, type, acceptedAt } = decides;
  return [acceptanceEntry({ lab, stream, id, inputHash, type, acceptedAt, actor, subject: subjectIn(message, decides) })];
};

const subjectIn = ({ stream }: Message, { subject }: Decides): Subject => subjectOf(subject ?? stream);

/** The process that decided; where an id was taken, none did: the second command has none. */
const processIn = ({ stream }: Message, publication: Handled): string | null =>
  publication.kind === 'refusal' && tellsOfReuse(publication.refusal) ? null : processOf(stream);

const stateOf = (message: Message, publication: Handled, { durationMs, subject, subjects, version }: Decides): CommandState => {
  const { stream, time: at } = message;
  const common = { at, durationMs, process: processIn(message, publication) };
  if (publication.kind === 'refusal') return { status: 'REFUSED', ...common, subject: subjectOf(subject ?? stream), refusal: publication.refusal };
  return {
    status: 'APPLIED', ...common, subject: subject === null ? null : subjectOf(subject), version, ...(subjects && { subjects: subjects.map(({ stream: each }) => subjectOf(each)) }),
  };
};

const wordsFor = (publication: Handled, type: string, thing: Named): { severity: NotificationSeverity; message: string } => {
  switch (publication.kind) {
    case 'event': return { severity: 'SUCCESS', message: doneSentence(type, thing) };
    case 'nothing-changed': return { severity: 'SUCCESS', message: unchangedSentence(thing) };
    case 'refusal': return { severity: 'ERROR', message: refusedSentence(type, thing, publication.refusal.message) };
  }
};
