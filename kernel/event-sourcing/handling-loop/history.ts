import type { Commit, Stored } from '../commit';
import type { Decider } from '../decider';
import { upcastCommit, type EventVersions } from '../event-versions';
import { foldCommit } from '../fold';
import type { Aggregate } from './state-cache';

/** A commit with the states around it. */
export interface Step<State, Event extends Stored> {
  commit: Commit<Event>;
  before: State;
  after: State;
}

/** What is known of a stream when its lane is decided. */
export interface History<State, Event extends Stored> {
  aggregate: Aggregate<State>;
  /** Commits that are stored, by id. Empty where the state came from memory: then the append finds out. */
  known: ReadonlyMap<string, Step<State, Event>>;
}

/** What the commits of a stream, as they are stored, tell. @throws what `evolve` and the upcasting of an event throw. */
export const historyOf = <State, Event extends Stored>(
  { decider, eventVersions }: { decider: Decider<State, never, Event>; eventVersions?: EventVersions },
  stored: readonly Commit<Event>[],
): History<State, Event> => {
  const known = new Map<string, Step<State, Event>>();
  let aggregate: Aggregate<State> = { state: decider.initial, sequence: 0, at: '' };
  for (const each of stored) {
    const commit = upcastCommit(each, eventVersions);
    const before = aggregate.state;
    const after = foldCommit(decider, before, commit);
    known.set(commit.id, { commit, before, after });
    aggregate = { state: after, sequence: commit.sequence, at: commit.at };
  }
  return { aggregate, known };
};
