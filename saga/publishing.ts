import type { Commit, Refusal, Stored } from '@test-planning/kernel/event-sourcing';
import { derivedId, encodeMessage, parseStreamId, type NewLogRecord } from '@test-planning/kernel/messaging';
import type { Process, ProcessEvent, ProcessState } from '@test-planning/kernel/processes';
import { topics, type Publication } from '@test-planning/schema/messages';
import { SOURCE, stepMessages } from './step-messages';
import { subjectOf } from './subject';
import { subjectsReachedBy } from './subjects-reached';

/**
 * What a process's commit tells others: its steps' commands, and a message per event. The one with which it ends is the outcome of
 * the user's command: a refusal, when it was compensated.
 */
export const publishProcess = (commit: Commit<ProcessEvent>, state: ProcessState): NewLogRecord[] => {
  const { result } = commit;
  if (result.kind !== 'accepted' || state.kind === 'none') return [record(commit, state, 0, withoutEffect(commit))];
  return [
    ...stepMessages(commit, state).map(({ topic, message }) => encodeMessage(message, topic)),
    ...result.events.map((event, index) => record(commit, state, index, toldOf(commit, state, event))),
  ];
};

interface Told {
  type: string;
  /** Of the event; 1 where it is left out. */
  schemaVersion?: number;
  body: Publication;
}

const versionOfEvent = ({ type, schemaVersion = 1 }: Stored) => ({ type, schemaVersion });

const toldOf = (commit: Commit, process: Process, event: ProcessEvent): Told => {
  const decides = event.type === 'ProcessCompleted' || event.type === 'ProcessCompensated' ? outcomeOf(commit, process) : null;
  const common = { ...handled(commit), subject: subjectAsTold(commit, process), change: null, decides };
  return event.type === 'ProcessCompensated'
    ? { type: `${process.type}Refused`, body: { kind: 'refusal', ...common, refusal: plain(event.data.refusal) } }
    : { ...versionOfEvent(event), body: { kind: 'event', ...common, event: factsOf(event) } };
};

/** What a start tells others of its command stands in the command itself: its input may be as large as a record can be. */
const factsOf = (event: ProcessEvent): unknown => {
  if (event.type !== 'ProcessStarted') return event.data;
  const { type, command, deadline } = event.data;
  return { type, command, deadline };
};

/** A message that changed nothing, as a late answer; or a command under an id that another one had taken, which is refused at once. */
const withoutEffect = (commit: Commit): Told => {
  const { result, message, inputHash } = commit;
  const own = { id: message.id, inputHash, time: message.time };
  const decides = message.origin === 'client' ? { ...decision(commit, message.type, own), subject: null, version: null } : null;
  const common = { ...handled(commit), subject: nobody, change: null, decides };
  return result.kind === 'refused'
    ? { type: `${message.type}Refused`, body: { kind: 'refusal', ...common, refusal: plain(result.refusal) } }
    : { type: 'NothingChanged', body: { kind: 'nothing-changed', ...common } };
};

const nobody = { name: null, creatorId: null, deleted: false };

const subjectAsTold = ({ stream }: Commit, process: Process) => ({
  name: subjectOf(process, parseStreamId(stream).lab)?.name ?? null,
  creatorId: null,
  deleted: process.type === 'DeleteExperiment' && process.state === 'COMPLETED',
});

const handled = ({ sequence, inputHash, message: { id, type, origin, time }, at }: Commit) => ({
  sequence,
  version: 0,
  command: { id, type, origin, inputHash, durationMs: millisecondsBetween(time, at) },
});

const outcomeOf = (commit: Commit, process: Process) => {
  const subject = subjectOf(process, parseStreamId(commit.stream).lab)?.stream ?? null;
  return {
    ...decision(commit, process.type, process.command),
    subject,
    ...(process.state === 'COMPLETED' && { subjects: subjectsReachedBy(process, subject) }),
    version: process.state === 'COMPLETED' ? versionOf(process, subject) : null,
  };
};

const decision = ({ at }: Commit, type: string, { id, inputHash, time }: Process['command']) => ({
  commandId: id,
  inputHash,
  type,
  acceptedAt: time,
  durationMs: millisecondsBetween(time, at),
});

/** As its last step on it left the subject. */
const versionOf = ({ steps }: Process, subject: string | null): number | null =>
  [...steps.values()].filter((step) => step.subject === subject).findLast(({ version }) => version !== null && version > 0)
    ?.version ?? null;

/** Clocks may differ; time doesn't run backwards. */
const millisecondsBetween = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));

const plain = ({ code, message, details }: Refusal) => ({ code, message, ...(details && { details: { ...details } }) });

const record = (commit: Commit, state: ProcessState, index: number, { type, schemaVersion = 1, body }: Told): NewLogRecord => {
  const { id, origin, correlationId, traceparent } = commit.message;
  // An answer may come in another person's name; what the process does, it does for whoever started it.
  const onBehalf =
    state.kind === 'process' && origin !== 'client'
      ? { actor: state.actor, correlationId: state.command.id }
      : { actor: commit.actor, correlationId };
  return encodeMessage(
    {
      id: derivedId(commit.id, index),
      origin: 'reply',
      type,
      schemaVersion,
      source: SOURCE,
      stream: commit.stream,
      lab: parseStreamId(commit.stream).lab,
      time: commit.at,
      ...onBehalf,
      causationId: id,
      ...(traceparent !== undefined && { traceparent }),
      data: body,
    },
    topics.sagaEvents,
  );
};
