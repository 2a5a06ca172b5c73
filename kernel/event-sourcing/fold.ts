import type { Commit, Stored } from './commit';
import type { Decider } from './decider';

/** The state after a commit; a refusal and a commit without effect leave it as it was. */
export const foldCommit = <State, Event extends Stored>(
  { evolve }: Pick<Decider<State, never, Event>, 'evolve'>,
  state: State,
  { result, at, actor }: Commit<Event>,
): State => (result.kind === 'accepted' ? result.events.reduce((before, event) => evolve(before, event, { at, actor }), state) : state);
