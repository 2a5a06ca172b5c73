import type { OutgoingCommand } from './commit';
import type { Actor, ProcessStepReference } from '../messaging/message';
import type { StreamId } from '../messaging/streams';

/** A decision not to: data, not an exception. `code` is stable, `message` can be shown to a person. */
export interface Refusal {
  code: string;
  message: string;
  /** What stood in the way: ids, the version, the status. */
  details?: Readonly<Record<string, unknown>>;
}

/** What a decider may know beside the command and the state. */
export interface DecisionContext {
  /** Whose command it is: the stream that the decision will stand in. */
  stream: StreamId;
  /** RFC 3339, UTC, milliseconds: when the decision is made. */
  at: string;
  actor: Actor;
  /** The message that is handled: its id, when it was sent, and the hash of its input. */
  message: { id: string; time: string; inputHash: string };
  /** Set when a process sent the command. */
  step?: ProcessStepReference;
}

export type Decision<Event> =
  | {
      kind: 'accepted';
      events: readonly [Event, ...Event[]];
      /** Commands that go out with these events; only a process sends any. */
      commands?: readonly OutgoingCommand[];
    }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'nothing-changed' };

export const accept = <Event>(...events: [Event, ...Event[]]): Decision<Event> => ({ kind: 'accepted', events });
export const refuse = (code: string, message: string, details?: Refusal['details']): Decision<never> => ({
  kind: 'refused',
  refusal: details === undefined ? { code, message } : { code, message, details },
});
export const nothingChanged: Decision<never> = { kind: 'nothing-changed' };

/**
 * A pure aggregate, after Jérémie Chassaing's functional event sourcing: what is decided from a command and the state,
 * and what the state becomes by an event. `decide` never throws for input that was parsed; a throw is a bug and parks
 * the command. `evolve` accepts every event that was ever stored.
 */
export interface Decider<State, Command, Event> {
  initial: State;
  decide(command: Command, state: State, context: DecisionContext): Decision<Event>;
  evolve(state: State, event: Event, context: EvolutionContext): State;
}

/** What the commit that holds an event says about it. */
export interface EvolutionContext {
  at: string;
  actor: Actor;
}
