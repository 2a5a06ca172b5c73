import type { Commit } from '@test-planning/kernel/event-sourcing';
import { parseStreamId, type Actor, type StreamId } from '@test-planning/kernel/messaging';
import type { ProcessEvent, ProcessState } from '@test-planning/kernel/processes';
import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';

/** A deadline that has not passed yet; the worker's own, no query shows it. */
export interface TimerDocument {
  process: StreamId;
  /** RFC 3339, UTC, milliseconds. */
  dueAt: string;
  actor: Actor;
  commandId: string;
}

export const timersView: ViewDefinition<TimerDocument> = {
  name: 'timers',
  version: 1,
  fields: { dueAt: { kind: 'text', of: ({ dueAt }) => dueAt } },
  acrossLabs: true,
};

/** A process has a timer from its start until it ends, is being undone, or is overdue: from then on its deadline changes nothing. */
export const projectTimer = (
  { stream, sequence, result }: Commit<ProcessEvent>,
  state: ProcessState,
): ViewWrite<TimerDocument>[] => {
  if (result.kind !== 'accepted' || state.kind === 'none') return [];
  const { lab, id } = parseStreamId(stream);
  const write = (document: TimerDocument | null): ViewWrite<TimerDocument>[] => [
    { view: timersView.name, lab, id, stream, sequence, document },
  ];
  if (state.state !== 'RUNNING') return write(null);
  const isStart = result.events.some(({ type }) => type === 'ProcessStarted');
  return isStart ? write({ process: stream, dueAt: state.deadline, actor: state.actor, commandId: state.command.id }) : [];
};
