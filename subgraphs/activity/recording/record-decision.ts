import type { Message } from '@test-planning/kernel/messaging';
import type { Publication } from '@test-planning/schema/messages';
import { commandKey, commandWrites, type CommandState } from './command-record';
import type { NotificationSeverity } from './notification';
import { auditEntry, nothingToRecord, notification, type Recording } from './recording';
import { doneSentence, refusedSentence, unchangedSentence, type Named } from './sentences';
import { subjectOf, type Subject } from './subject';

type Handled = Exclude<Publication, { kind: 'parked' }>;

/** What a publication that decides a user's command leaves behind: the outcome, what its sender is told, and an entry for a refusal. */
export const recordDecision = (message: Message, publication: Handled): Recording => {
  const { decides } = publication;
  if (!decides) return nothingToRecord;
  const { lab, actor, stream, time: at } = message;
  const lane = subjectOf(stream);
  const subject = decides.subject === null ? lane : subjectOf(decides.subject);
  const process = lane.kind === 'process' ? lane.id : null;
  const command = { id: decides.commandId, inputHash: decides.inputHash };
  const key = commandKey(command.id, command.inputHash);
  const told = wordsFor(publication, decides.type, { kind: subject.kind, name: publication.subject.name });
  const entries = [notification(lab, actor.userId, { id: `decided:${key}`, at, kind: 'COMMAND_DECIDED', subject, command, ...told })];
  if (publication.kind === 'refusal') {
    const { refusal } = publication;
    entries.unshift(auditEntry(lab, {
      id: `refused:${key}`, kind: 'COMMAND_REFUSED', at, actor, type: decides.type, subject, command, process, refusal,
      durationMs: decides.durationMs,
    }));
  }
  const record = { ...command, type: decides.type, subjectId: subject.id, acceptedAt: decides.acceptedAt, actor };
  return { entries, writes: commandWrites(lab, stream, { ...record, state: stateOf(publication, decides, subject, process, at) }) };
};

const stateOf = (
  publication: Handled, decides: NonNullable<Handled['decides']>, subject: Subject, process: string | null, at: string,
): CommandState => {
  const common = { at, durationMs: decides.durationMs, process };
  if (publication.kind === 'refusal') return { status: 'REFUSED', ...common, subject, refusal: publication.refusal };
  const gone = subject.kind === 'process' || publication.subject.deleted;
  return { status: 'APPLIED', ...common, subject: gone ? null : subject, version: decides.version };
};

const wordsFor = (publication: Handled, type: string, thing: Named): { severity: NotificationSeverity; message: string } => {
  switch (publication.kind) {
    case 'event': return { severity: 'SUCCESS', message: doneSentence(type, thing) };
    case 'nothing-changed': return { severity: 'SUCCESS', message: unchangedSentence(thing) };
    case 'refusal': return { severity: 'ERROR', message: refusedSentence(type, thing, publication.refusal.message) };
  }
};
