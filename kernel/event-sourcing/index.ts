export { accept, nothingChanged, refuse, type Decider, type Decision, type DecisionContext, type EvolutionContext, type Refusal } from './decider';
export type { Commit, CommitResult, OutgoingCommand, Stored } from './commit';
export { commitId, reusedCommitId } from './commit-id';
export { type EventVersions } from './event-versions';
export type { AppendResult, EventStore } from './event-store';
export type { Transactor } from './transaction';
export { startWorker, type Worker } from './handling-loop/worker';
export type { BatchObservation, ParsedInput, WorkerDefinition, WorkerPorts } from './handling-loop/definition';
export { rebuildViews } from './rebuild-views';
