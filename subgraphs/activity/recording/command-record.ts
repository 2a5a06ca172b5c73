import type { Refusal } from '@test-planning/kernel/event-sourcing';
import type { Actor, StreamId } from '@test-planning/kernel/messaging';
import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';
import type { Subject } from './subject';

/**
 * What is known to have become of a command. An applied one's subject is null where it is about no single thing. `subjects`: all that it created, changed or
 * deleted; records of before have none.
 */
export type CommandState =
  | { status: 'ACCEPTED' }
  | { status: 'PARKED' }
  | { status: 'APPLIED'; at: string; durationMs: number; version: number | null; subject: Subject | null; subjects?: readonly Subject[]; process: string | null }
  | { status: 'REFUSED'; at: string; durationMs: number; refusal: Refusal; subject: Subject; process: string | null };

/** A user's command and its state. */
export interface CommandRecord {
  id: string;
  /** Of type, actor and input: tells apart two commands that were sent under one id. */
  inputHash: string;
  type: string;
  subjectId: string;
  acceptedAt: string;
  actor: Actor;
  state: CommandState;
}

export const commandsView: ViewDefinition<CommandRecord> = { name: 'commands', version: 1, fields: {} };

/** The document of this very input; the one under the bare id belongs to the first input that was decided under it. */
export const commandKey = (id: string, inputHash: string): string => `${id}#${inputHash}`;

/** Whether a command was refused because another one was sent under its id before. */
export const tellsOfReuse = ({ code }: Pick<Refusal, 'code'>): boolean => code === 'COMMAND_ID_REUSED';

/** A status only moves forward: as the sequence of a write, its rank makes every later one win and every repetition void. */
const ranks: Record<CommandState['status'], number> = { ACCEPTED: 1, PARKED: 2, APPLIED: 3, REFUSED: 3 };

/**
 * Writes for a command. Each input sent under an id has a document of its own; under the bare id stands the first that was decided (before
 * that: the first that was accepted). Being told that the id is taken decides nothing about the id, so such a record never claims it.
 * The guards of the writes alone settle this, whatever the order in which acceptances and decisions are seen.
 */
export const commandWrites = (lab: string, stream: StreamId, record: CommandRecord): ViewWrite<CommandRecord>[] => {
  const { state } = record;
  const under = (id: string): ViewWrite<CommandRecord> =>
    ({ view: commandsView.name, lab, id, stream, sequence: ranks[state.status], document: record });
  // Nobody needs a document of its own for an acceptance: a command that has none is accepted and undecided.
  if (state.status === 'ACCEPTED') return [under(record.id)];
  const own = under(commandKey(record.id, record.inputHash));
  return state.status === 'REFUSED' && tellsOfReuse(state.refusal) ? [own] : [own, under(record.id)];
};

export const isDecided = (state: CommandState): boolean => ranks[state.status] === ranks.APPLIED;
