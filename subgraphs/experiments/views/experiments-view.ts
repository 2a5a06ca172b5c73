import type { Commit } from '@test-planning/kernel/event-sourcing';
import { parseStreamId, type Actor } from '@test-planning/kernel/messaging';
import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';
import type { ExperimentDescription } from '@test-planning/schema/messages';
import type { ExistingExperiment, ExperimentState } from '../experiment/experiment-state';

export interface ExperimentLinkDocument {
  methodId: string;
  linkedAt: string;
  linkedBy: Actor;
}

/** An experiment as queries answer it. Its methods stand in it: they are 500 at most. */
export interface ExperimentDocument extends ExperimentDescription {
  id: string;
  version: number;
  status: ExistingExperiment['status'];
  creator: Actor;
  createdAt: string;
  updatedAt: string;
  /** In the order of `linkedAt`, then of `methodId`. */
  links: ExperimentLinkDocument[];
}

export const experimentsView: ViewDefinition<ExperimentDocument> = {
  name: 'experiments',
  version: 2,
  fields: {
    id: { kind: 'keywords', of: ({ id }) => [id], isSelective: true },
    status: { kind: 'keywords', of: ({ status }) => [status], isSelective: true },
    creatorId: { kind: 'keywords', of: ({ creator }) => [creator.userId], isSelective: true },
    tags: { kind: 'keywords', of: ({ tags }) => tags, isSelective: true },
    methodId: { kind: 'keywords', of: ({ links }) => links.map(({ methodId }) => methodId), isSelective: true },
    name: { kind: 'text', of: ({ name }) => name.toLowerCase() },
    createdAt: { kind: 'text', of: ({ createdAt }) => createdAt },
    updatedAt: { kind: 'text', of: ({ updatedAt }) => updatedAt },
    plannedStart: { kind: 'text', of: ({ plannedStart }) => plannedStart },
    // The planned period, for "what goes on between": one date alone is a period of one moment.
    periodStart: { kind: 'text', of: ({ plannedStart, plannedEnd }) => plannedStart ?? plannedEnd, isOnlyFiltered: true },
    periodEnd: { kind: 'text', of: ({ plannedStart, plannedEnd }) => plannedEnd ?? plannedStart, isOnlyFiltered: true },
  },
  search: ({ name, description, tags }) => [name, ...(description === null ? [] : [description]), ...tags],
};

/** What the view becomes by a commit. What a process is still creating has no place in it. */
export function projectExperiment(commit: Commit, state: ExperimentState): ViewWrite<ExperimentDocument>[] {
  if (commit.result.kind !== 'accepted' || state.kind === 'none' || state.kind === 'provisional') return [];
  const { lab, id } = parseStreamId(commit.stream);
  const document = state.kind === 'deleted' ? null : documentOf(id, state);
  return [{ view: experimentsView.name, lab, id, stream: commit.stream, sequence: commit.sequence, document }];
}

const documentOf = (id: string, { version, description, status, creator, createdAt, updatedAt, links }: ExistingExperiment): ExperimentDocument => ({
  id,
  version,
  ...description,
  status,
  creator,
  createdAt,
  updatedAt,
  links: [...links].map(([methodId, { linkedAt, linkedBy }]) => ({ methodId, linkedAt, linkedBy })).sort(byPlace),
});

const byPlace = (a: ExperimentLinkDocument, b: ExperimentLinkDocument): number => {
  const [one, other] = [a.linkedAt + a.methodId, b.linkedAt + b.methodId];
  return one < other ? -1 : one > other ? 1 : 0;
};
