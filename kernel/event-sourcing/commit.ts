import type { Actor, Origin, ProcessStepReference } from '../messaging/message';
import type { StreamId } from '../messaging/streams';
import type { Refusal } from './decider';

/** An event or command as it is stored: its type and its data. */
export interface Stored<Type extends string = string, Data = unknown> {
  type: Type;
  /** Of the data's form; 1 when it is left out, as it was before versions were stored. */
  schemaVersion?: number;
  data: Data;
}

/** A command that a commit sends: to which topic and stream, under which step of the process. */
export interface OutgoingCommand extends Stored {
  topic: string;
  stream: StreamId;
  step: string;
}

export type CommitResult<Event extends Stored = Stored> =
  | { kind: 'accepted'; events: readonly Event[] }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'nothing-changed' };

/**
 * What one message caused, stored atomically: one document. Every handled message has one, refusals and no-effects too.
 *
 * `id` is `<lab>/<origin>/<message id>`: the origin says who made the message id, so that nobody can take an id before its
 * owner does. A second message with the same id but another input is refused under `<lab>/<origin>/<message id>/<input hash>`.
 */
export interface Commit<Event extends Stored = Stored> {
  id: string;
  stream: StreamId;
  /** 1, 2, 3, ... without a gap in its stream. */
  sequence: number;
  /** Changes that a person sees in the history, counted up to and including this commit. */
  version: number;
  /** Of type, actor and input: the same id with another hash is another command. */
  inputHash: string;
  at: string;
  actor: Actor;
  message: { id: string; origin: Origin; type: string; time: string; correlationId: string; step?: ProcessStepReference; traceparent?: string };
  result: CommitResult<Event>;
  /** Commands that go out because of it; only a process has any. */
  commands?: readonly OutgoingCommand[];
}
