import type { PublicationRules, PublishedFieldChange, PublishedSubject } from '@test-planning/kernel/publishing';
import { topics, type ExperimentDescription, type ExperimentEvent, type ExperimentLink } from '@test-planning/schema/messages';
import { experimentDecider } from './experiment/experiment';
import { versionOf, type ExperimentState } from './experiment/experiment-state';

/** How an experiment's commits are told to everyone else. */
export const experimentPublications: PublicationRules<ExperimentState, ExperimentEvent> = {
  topic: topics.experimentsEvents,
  source: 'experiments-worker',
  evolve: (state, event, context) => experimentDecider.evolve(state, event, context),
  versionOf,
  subjectOf,
  fieldsOf,
};

function subjectOf(state: ExperimentState): PublishedSubject {
  switch (state.kind) {
    case 'none':
    case 'provisional':
      return { name: null, creatorId: null, deleted: false };
    case 'existing':
      return { name: state.description.name, creatorId: state.creator.userId, deleted: false };
    case 'deleted':
      return { name: state.name, creatorId: state.creator.userId, deleted: true };
  }
}

function fieldsOf(event: ExperimentEvent): PublishedFieldChange[] | null {
  switch (event.type) {
    case 'ExperimentProvisioned':
    case 'ExperimentDiscarded':
      return null;
    case 'ExperimentCreated':
      return [...filledIn(event.data.description), ...methods([], event.data.links)];
    case 'ExperimentUpdated':
      return event.data.changes;
    case 'MethodsLinked':
      return methods([], event.data.links);
    case 'MethodsUnlinked':
    case 'ExperimentDeleted':
      return methods(event.data.links, []);
  }
}

/** Of a new thing: what it was given. */
const filledIn = (description: ExperimentDescription): PublishedFieldChange[] =>
  Object.entries(description)
    .filter(([, after]) => after !== null && !(Array.isArray(after) && after.length === 0))
    .map(([field, after]) => ({ field, before: null, after }));

/** Links as one field, the ids that went and the ids that came. */
function methods(removed: readonly ExperimentLink[], added: readonly ExperimentLink[]): PublishedFieldChange[] {
  if (removed.length + added.length === 0) return [];
  const ids = (links: readonly ExperimentLink[]): string[] => links.map(({ methodId }) => methodId);
  return [{ field: 'methods', before: ids(removed), after: ids(added) }];
}
