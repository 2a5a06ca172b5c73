import type { WorkerDefinition } from '@test-planning/kernel/event-sourcing';
import { encodeMessage } from '@test-planning/kernel/messaging';
import { replyTo } from '@test-planning/kernel/processes';
import { parkedPublication, publications } from '@test-planning/kernel/publishing';
import { eventVersions, experimentEvents, parseExperimentCommand, topics, type ExperimentCommand, type ExperimentEvent } from '@test-planning/schema/messages';
import { experimentDecider } from './experiment/experiment';
import { versionOf, type ExperimentState } from './experiment/experiment-state';
import { experimentPublications } from './publishing';
import { projectExperiment } from './views/experiments-view';

export interface ExperimentsWorkerConfig {
  /** How often a command is tried before it is parked. Default 5. */
  retries?: number;
  /** How many experiments are kept in memory. Default 10,000. */
  cacheSize?: number;
}

/** What the experiments worker does with a command: decide, show in the view, tell everyone, answer the process that asked. */
export const experimentsWorker = ({ retries = 5, cacheSize = 10_000 }: ExperimentsWorkerConfig): WorkerDefinition<ExperimentState, ExperimentCommand, ExperimentEvent> => ({
  service: 'experiments',
  group: 'experiments-worker',
  topic: topics.experimentsCommands,
  deadLettersTopic: topics.experimentsDeadLetters,
  decider: experimentDecider,
  eventVersions: eventVersions(experimentEvents),
  parse: parseExperimentCommand,
  opens: ({ type }) => type === 'CreateExperiment' || type === 'ProvisionExperiment',
  versionOf,
  project: projectExperiment,
  publish: (commit, before, after) => [
    ...publications(commit, before, experimentPublications),
    ...replyTo(commit, { source: experimentPublications.source, subjectName: experimentPublications.subjectOf(after).name }).map((reply) => encodeMessage(reply, topics.sagaInbox)),
  ],
  publishParked: (message) => [parkedPublication(message, experimentPublications)],
  retries,
  cacheSize,
});
