import type { StreamId } from './streams';

/** Who caused something, with the name that they had then. */
export interface Actor {
  userId: string;
  name: string;
}

/** Which step of which process a message belongs to; the answer goes back there. */
export interface ProcessStepReference {
  process: StreamId;
  step: string;
}

/** Who made a message's id: a client, a process for its step, a service that answers one, or a timer. */
export type Origin = 'client' | 'process' | 'reply' | 'timer';

/**
 * What is sent over the log: a CloudEvent (https://github.com/cloudevents/spec, version 1.0) with the attributes of
 * this system as extensions. `id` is unique per `source`; a message that is published for a commit derives its id from
 * the commit, so that publishing it again makes no second message.
 */
export interface Message<Type extends string = string, Data = unknown> {
  id: string;
  origin: Origin;
  type: Type;
  /** Version of the type's schema; older ones are upcast where they enter. */
  schemaVersion: number;
  /** The service that sent it, as `experiments-api`. */
  source: string;
  stream: StreamId;
  lab: string;
  /** RFC 3339, UTC, milliseconds. */
  time: string;
  actor: Actor;
  /** The id of the user's command that all this goes back to. */
  correlationId: string;
  /** The id of the message that caused this one; a client's command is its own cause. */
  causationId: string;
  /** Set on a command that a process sent, and on what answers it. */
  step?: ProcessStepReference;
  /** W3C trace context. */
  traceparent?: string;
  data: Data;
}
