import type { Stored, WorkerDefinition } from '@test-planning/kernel/event-sourcing';
import { encodeMessage, type ProcessStepReference, type StreamId } from '@test-planning/kernel/messaging';
import { replyTo } from '@test-planning/kernel/processes';
import { parkedPublication, publications } from '@test-planning/kernel/publishing';
import { eventVersions, methodEvents, deletionRequest, parseMethodCommand, topics, type MethodCommand, type MethodEvent } from '@test-planning/schema/messages';
import { methodDecider } from './method/method';
import { versionOf, type MethodState } from './method/method-state';
import { methodPublications } from './publishing';
import { projectMethod } from './views/methods-view';

export interface MethodsWorkerConfig {
  /** How often a command is tried before it is parked. Default 5. */
  retries?: number;
  /** How many methods are kept in memory. Default 10,000. */
  cacheSize?: number;
}

/** What the methods worker does with a command: decide, show in the views, tell everyone, answer the processes that wait. */
export const methodsWorker = ({ retries = 5, cacheSize = 10_000 }: MethodsWorkerConfig): WorkerDefinition<MethodState, MethodCommand, MethodEvent> => ({
  service: 'methods',
  group: 'methods-worker',
  topic: topics.methodsCommands,
  deadLettersTopic: topics.methodsDeadLetters,
  decider: methodDecider,
  eventVersions: eventVersions(methodEvents),
  parse: parseMethodCommand,
  opens: ({ type }) => type === 'CreateMethod' || type === 'ProvisionMethod',
  versionOf,
  project: projectMethod,
  publish: (commit, before, after) => [
    ...publications(commit, before, methodPublications),
    ...replyTo(commit, { source: methodPublications.source, subjectName: methodPublications.subjectOf(after).name, awaitedBy }).map((reply) => encodeMessage(reply, topics.sagaInbox)),
  ],
  publishParked: (message) => [parkedPublication(message, methodPublications)],
  retries,
  cacheSize,
});

/** Whoever asked for a deletion waits until nothing is pending, whichever command clears the last of it. */
function awaitedBy({ type, data }: Stored): ProcessStepReference | undefined {
  if (type !== 'MethodDeletionReady') return undefined;
  const { process, step } = deletionRequest.parse(data);
  return { process: process as StreamId, step };
}
