export { accept, nothingChanged, refuse, type Decider, type Decision, type DecisionContext, type EvolutionContext, type Refusal } from './decider';
export type { Commit, CommitResult, OutgoingCommand, Stored } from './commit';
export { commitId, reusedCommitId } from './commit-id';
export type { AppendResult, EventStore } from './event-store';
export type { Transactor } from './transaction';
