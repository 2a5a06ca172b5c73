import type { NewFeedEntry } from '@test-planning/kernel/feeds';
import type { Message } from '@test-planning/kernel/messaging';
import type { ViewWrite } from '@test-planning/kernel/read-models';
import type { Publication } from '@test-planning/schema/messages';
import type { CommandReference } from './audit-entry';
import { commandWrites, tellsOfReuse } from './command-record';
import { acceptanceOfDecided, recordDecision } from './record-decision';
import { auditEntry, notification, type Recording } from './recording';
import { changedSentence } from './sentences';
import { subjectWrite } from './subject-existence';
import { subjectOf, subjectOfCommand } from './subject';

/** What a message on an events topic leaves behind. */
export const recordPublication = (message: Message, publication: Publication): Recording => {
  if (publication.kind === 'parked') return recordParking(message, publication);
  const decision = recordDecision(message, publication);
  return {
    entries: [...acceptanceOfDecided(message, publication), ...changeEntries(message, publication), ...decision.entries],
    writes: [...existenceWrites(message, publication), ...decision.writes],
  };
};

type Handled = Exclude<Publication, { kind: 'parked' }>;

/**
 * An entry for every change that a person sees and for all that happens in a process. What is left out is technical: it changes nothing that
 * anybody may see.
 */
const changeEntries = (message: Message, publication: Handled): NewFeedEntry[] => {
  const { lab, time: at, actor } = message;
  const subject = subjectOf(message.stream);
  const { change } = publication;
  const common = { id: `event:${keyOf(message)}`, kind: 'EVENT', at, actor, subject, command: commandOf(message, publication) } as const;
  if (subject.kind === 'process') {
    const type = processEventIn(message, publication);
    return type === null ? [] : [auditEntry(lab, { ...common, type, change: null, process: subject.id })];
  }
  if (change === null) return [];
  const process = message.step ? subjectOf(message.step.process).id : null;
  return [auditEntry(lab, { ...common, type: change.type, change, process }), ...creatorsNotification(message, publication)];
};

/**
 * Names a message: its id is unique among those of its source. The command that it goes back to stands first, as ids of commands mostly ascend: a store
 * then finds the place of a new key where it put the last one.
 */
const keyOf = ({ correlationId, source, id }: Message): string => `${correlationId}/${source}/${id}`;

/** What happened in a process: a refusal is its end, unless it only tells a second command that the first one's id is taken. */
const processEventIn = (message: Message, publication: Handled): string | null => {
  switch (publication.kind) {
    case 'event': return message.type;
    case 'refusal': return tellsOfReuse(publication.refusal) ? null : 'ProcessCompensated';
    case 'nothing-changed': return null;
  }
};

/** Tells the creator of a thing that somebody else changed it. */
const creatorsNotification = (message: Message, publication: Handled): NewFeedEntry[] => {
  const { lab, time: at, actor, stream } = message;
  const { change, subject: { name, creatorId } } = publication;
  if (change === null || creatorId === null || creatorId === actor.userId) return [];
  const subject = subjectOf(stream);
  return [notification(lab, creatorId, {
    id: `changed:${keyOf(message)}`, at, kind: 'CHANGED_BY_OTHERS', severity: 'INFO', subject, command: commandOf(message, publication),
    message: changedSentence(actor.name, change.type, { kind: subject.kind, name }),
  })];
};

/**
 * What this tells of a thing's being there. Its first and its last change say so, a process's first commit, and a process that completes: what it was about can be read as
 * soon as its outcome can, even if the thing's own message is yet to come.
 */
const existenceWrites = (message: Message, publication: Handled): ViewWrite[] => {
  const { lab, stream } = message;
  const { change, decides, kind, sequence, subject: { name, deleted } } = publication;
  if (change !== null) {
    if (deleted) return [subjectWrite(lab, stream, subjectOf(stream), { kind: 'deleted', name })];
    return change.version === 1 ? [subjectWrite(lab, stream, subjectOf(stream), { kind: 'existing' })] : [];
  }
  const process = subjectOf(stream);
  const begun = kind === 'event' && process.kind === 'process' && sequence === 1 ? [subjectWrite(lab, stream, process, { kind: 'existing' })] : [];
  return [...begun, ...(kind === 'event' && decides ? reachedBy(decides, { name, deleted }) : []).map(
    (reached) => subjectWrite(lab, stream, subjectOf(reached.stream), reached.deleted ? { kind: 'deleted', name: reached.name } : { kind: 'existing' }),
  )];
};

/** Everything that the decided command created, changed or deleted. Publications of before name its one subject only. */
const reachedBy = ({ subject, subjects }: NonNullable<Handled['decides']>, { name, deleted }: { name: string | null; deleted: boolean }) =>
  subjects ?? (subject === null ? [] : [{ stream: subject, name, deleted }]);

/** A user's own command is known by its input as well; what a process did goes back to a command of which the id is known. */
const commandOf = (message: Message, { command }: Handled): CommandReference =>
  command.origin === 'client' ? { id: command.id, inputHash: command.inputHash } : { id: message.correlationId, inputHash: null };

const recordParking = ({ lab, stream, actor }: Message, { command, input }: Extract<Publication, { kind: 'parked' }>): Recording => ({
  entries: [],
  writes: command === null ? [] : commandWrites(lab, stream, {
    id: command.commandId, inputHash: command.inputHash, type: command.type, subjectId: subjectOfCommand(stream, input).id,
    acceptedAt: command.acceptedAt, actor, state: { status: 'PARKED' },
  }),
});
