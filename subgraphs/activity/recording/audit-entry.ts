import type { Refusal } from '@test-planning/kernel/event-sourcing';
import type { FeedDefinition } from '@test-planning/kernel/feeds';
import type { Actor } from '@test-planning/kernel/messaging';
import type { FieldChange } from '@test-planning/schema/messages';
import type { Subject } from './subject';

/** Names a command. The hash tells apart two inputs that were sent under one id; null where only the id is known. */
export interface CommandReference {
  id: string;
  inputHash: string | null;
}

/** A change as the history shows it. */
export interface RecordedChange {
  version: number;
  type: string;
  reason: string | null;
  fields: readonly FieldChange[];
}

interface Common {
  /** Unique in the lab, and the entry's key in the feed: it derives from what is recorded. */
  id: string;
  at: string;
  actor: Actor;
  /** Of the command for what became of one, of the change or the process's event else. */
  type: string;
  subject: Subject;
  /** The user's command that it goes back to. */
  command: CommandReference;
  /** The id of the process that it is a part of. */
  process: string | null;
}

/** One entry of the lab's feed, as it is stored for ever. */
export type AuditEntryRecord =
  | (Common & { kind: 'COMMAND_ACCEPTED' })
  | (Common & { kind: 'COMMAND_REFUSED'; refusal: Refusal; durationMs: number })
  /** `change` is null for what happened in a process: that is no change of a thing. */
  | (Common & { kind: 'EVENT'; change: RecordedChange | null });

/** What ends a process, and so decides the command that began it. */
const ENDS_OF_PROCESSES = ['ProcessCompleted', 'ProcessCompensated'];

/** Whether the command of an entry is decided by what the entry tells of. What a process does on the way decides nothing. */
export const tellsOfDecision = ({ kind, type, subject, command }: AuditEntryRecord): boolean => {
  switch (kind) {
    case 'COMMAND_ACCEPTED': return false;
    case 'COMMAND_REFUSED': return true;
    case 'EVENT': return subject.kind === 'process' ? ENDS_OF_PROCESSES.includes(type) : command.inputHash !== null;
  }
};

/** The lab's feed: everything that was tried and done in it. Owner: the lab. */
export const labFeed: FeedDefinition<AuditEntryRecord> = {
  name: 'lab',
  fields: {
    kind: { kind: 'keywords', of: (entry) => [entry.kind] },
    type: { kind: 'keywords', of: (entry) => [entry.type] },
    about: { kind: 'keywords', of: (entry) => [entry.subject.kind] },
    subjectId: { kind: 'keywords', of: (entry) => [entry.subject.id], isSelective: true },
    actorId: { kind: 'keywords', of: (entry) => [entry.actor.userId] },
    commandId: { kind: 'keywords', of: (entry) => [entry.command.id], isSelective: true },
    at: { kind: 'text', of: (entry) => entry.at },
  },
};
