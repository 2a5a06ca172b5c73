import type { WorkerDefinition } from '@test-planning/kernel/event-sourcing';
import { processDecider, type ProcessEvent, type ProcessState } from '@test-planning/kernel/processes';
import { parkedPublication } from '@test-planning/kernel/publishing';
import { eventVersions, processEvents, parseProcessMessage, processCommands, topics, type ProcessMessage } from '@test-planning/schema/messages';
import { protocols } from './protocols';
import { publishProcess } from './publishing';
import { SOURCE } from './step-messages';
import { projectProcess } from './views/processes-view';
import { projectTimer } from './views/timers-view';

export interface SagaWorkerConfig {
  /** How long a process may take, in milliseconds, before it is undone or, behind its pivot, reported as stuck. Default 30,000. */
  deadlineMs?: number;
  /** How often a message is tried before it is parked. Default 5. */
  retries?: number;
  /** How many processes are kept in memory. Default 10,000. */
  cacheSize?: number;
}

const startsProcess: ReadonlySet<string> = new Set(processCommands.map(({ type }) => type));

export const DEFAULT_DEADLINE_MS = 30_000;

/** What the saga worker does with a message: decide what comes next, show it in the views, send the steps, tell everyone. */
export const sagaWorker = ({
  deadlineMs = DEFAULT_DEADLINE_MS,
  retries = 5,
  cacheSize = 10_000,
}: SagaWorkerConfig): WorkerDefinition<ProcessState, ProcessMessage, ProcessEvent> => ({
  service: 'saga',
  group: 'saga-worker',
  topic: topics.sagaInbox,
  deadLettersTopic: topics.sagaDeadLetters,
  decider: processDecider(protocols, { deadlineMs }),
  eventVersions: eventVersions(processEvents),
  parse: parseProcessMessage,
  opens: ({ type }) => startsProcess.has(type),
  // A process has no version: nobody but itself changes it.
  versionOf: () => 0,
  project: (commit, after) => [...projectProcess(commit, after), ...projectTimer(commit, after)],
  publish: (commit, _before, after) => publishProcess(commit, after),
  publishParked: (message) => [parkedPublication(message, { topic: topics.sagaEvents, source: SOURCE })],
  retries,
  cacheSize,
});
