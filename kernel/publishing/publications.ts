import type { Commit, Stored } from '../event-sourcing/commit';
import type { EvolutionContext } from '../event-sourcing/decider';
import { encodeMessage } from '../messaging/envelope';
import { derivedId } from '../messaging/ids';
import { inputHash } from '../messaging/input-hash';
import type { NewLogRecord } from '../messaging/log';
import type { Message } from '../messaging/message';
import { parseStreamId } from '../messaging/streams';

/** Whom a publication is about, as someone reads it who doesn't know the thing. */
export interface PublishedSubject {
  /** Null for a thing that never was. */
  name: string | null;
  creatorId: string | null;
  deleted: boolean;
}

export interface PublishedFieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

/** What a service says about its aggregate, so that its commits can be published. */
export interface PublicationRules<State, Event extends Stored> {
  /** Of events: `experiments.events`. */
  topic: string;
  /** The service that publishes: `experiments-worker`. */
  source: string;
  evolve(state: State, event: Event, context: EvolutionContext): State;
  /** 0 for a thing that never was. */
  versionOf(state: State): number;
  subjectOf(state: State): PublishedSubject;
  /** The fields that changed, as the history shows them; null for an event that is no change that a person sees. */
  fieldsOf(event: Event): PublishedFieldChange[] | null;
}

/**
 * What is published of a commit: a message per event, one `<Command>Refused` for a refusal, one `NothingChanged` for none. Their ids
 * derive from the commit: published again, they are the same messages.
 */
export function publications<State, Event extends Stored>(
  commit: Commit<Event>,
  stateBefore: State,
  rules: PublicationRules<State, Event>,
): NewLogRecord[] {
  const { result } = commit;
  const common = { sequence: commit.sequence, command: commandOf(commit) };
  if (result.kind !== 'accepted') {
    const body = {
      ...common,
      version: rules.versionOf(stateBefore),
      subject: rules.subjectOf(stateBefore),
      change: null,
      decides: decidedBy(commit, rules.versionOf(stateBefore)),
    };
    return result.kind === 'refused'
      ? [record(commit, rules, 0, { type: `${commit.message.type}Refused` }, { kind: 'refusal', ...body, refusal: result.refusal })]
      : [record(commit, rules, 0, { type: 'NothingChanged' }, { kind: 'nothing-changed', ...body })];
  }
  let state = stateBefore;
  return result.events.map((event, index) => {
    state = rules.evolve(state, event, { at: commit.at, actor: commit.actor });
    const version = rules.versionOf(state);
    const fields = rules.fieldsOf(event);
    const isLast = index === result.events.length - 1;
    return record(commit, rules, index, event, {
      kind: 'event',
      ...common,
      version,
      subject: rules.subjectOf(state),
      change: fields && { version, type: event.type, reason: null, fields },
      decides: isLast ? decidedBy(commit, version) : null,
      event: event.data,
    });
  });
}

/** The notice that a message was set aside after all its attempts. */
export function parkedPublication(message: Message, { topic, source }: { topic: string; source: string }): NewLogRecord {
  const command = message.origin === 'client'
    ? { commandId: message.id, inputHash: inputHash(message), type: message.type, acceptedAt: message.time }
    : null;
  const notice: Message = {
    ...message,
    id: derivedId(message.stream, message.origin, message.id, 'parked'),
    origin: 'reply',
    type: 'CommandParked',
    schemaVersion: 1,
    source,
    causationId: message.id,
    data: { kind: 'parked', command, input: namesIn(message.data) },
  };
  return encodeMessage(notice, topic);
}

const LONGEST_NAME = 200;
const MOST_NAMES = 20;

/** The short texts at the top of an input: they name what it is about. The whole input is in the parked message itself. */
const namesIn = (input: unknown): Record<string, string> => {
  if (typeof input !== 'object' || input === null) return {};
  const isShort = (entry: [string, unknown]): entry is [string, string] =>
    entry[0].length <= LONGEST_NAME && typeof entry[1] === 'string' && entry[1].length <= LONGEST_NAME;
  return Object.fromEntries(Object.entries(input).filter(isShort).slice(0, MOST_NAMES));
};

/** Milliseconds from a command's acceptance to its decision; clocks may differ, time doesn't run backwards. */
const durationOf = ({ at, message }: Commit): number => Math.max(0, Date.parse(at) - Date.parse(message.time));

const commandOf = (commit: Commit) => ({
  id: commit.message.id,
  type: commit.message.type,
  origin: commit.message.origin,
  inputHash: commit.inputHash,
  durationMs: durationOf(commit),
});

/** The user's command that is decided here; a process's step decides none, its process does. */
const decidedBy = (commit: Commit, version: number) =>
  commit.message.origin !== 'client'
    ? null
    : {
        commandId: commit.message.id,
        inputHash: commit.inputHash,
        type: commit.message.type,
        acceptedAt: commit.message.time,
        durationMs: durationOf(commit),
        subject: commit.stream,
        version: version === 0 ? null : version,
      };

function record<Event extends Stored>(
  commit: Commit<Event>,
  { topic, source }: { topic: string; source: string },
  index: number,
  { type, schemaVersion = 1 }: Pick<Stored, 'type' | 'schemaVersion'>,
  data: unknown,
): NewLogRecord {
  const { id, correlationId, step, traceparent } = commit.message;
  const message: Message = {
    id: derivedId(commit.id, index),
    origin: 'reply',
    type,
    schemaVersion,
    source,
    stream: commit.stream,
    lab: parseStreamId(commit.stream).lab,
    time: commit.at,
    actor: commit.actor,
    correlationId,
    causationId: id,
    ...(step && { step }),
    ...(traceparent !== undefined && { traceparent }),
    data,
  };
  return encodeMessage(message, topic);
}
