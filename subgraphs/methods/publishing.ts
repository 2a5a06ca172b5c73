import type { PublicationRules, PublishedFieldChange, PublishedSubject } from '@test-planning/kernel/publishing';
import { topics, type MethodDescription, type MethodEvent } from '@test-planning/schema/messages';
import { methodDecider } from './method/method';
import { versionOf, type MethodState } from './method/method-state';

/** How a method's commits are told to everyone else. */
export const methodPublications: PublicationRules<MethodState, MethodEvent> = {
  topic: topics.methodsEvents,
  source: 'methods-worker',
  evolve: (state, event, context) => methodDecider.evolve(state, event, context),
  versionOf,
  subjectOf,
  fieldsOf,
};

function subjectOf(state: MethodState): PublishedSubject {
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

/** Being provisioned, linked or about to be deleted is no change of the method that a person sees: links are the experiment's changes. */
function fieldsOf(event: MethodEvent): PublishedFieldChange[] | null {
  switch (event.type) {
    case 'MethodCreated':
      return filledIn(event.data.description);
    case 'MethodUpdated':
      return event.data.changes;
    case 'MethodDeleted':
      return [];
    default:
      return null;
  }
}

/** Of a new thing: what it was given. */
const filledIn = (description: MethodDescription): PublishedFieldChange[] =>
  Object.entries(description)
    .filter(([, after]) => after !== null && !(Array.isArray(after) && after.length === 0))
    .map(([field, after]) => ({ field, before: null, after }));
