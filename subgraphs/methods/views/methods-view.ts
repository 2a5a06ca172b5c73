import type { Commit } from '@test-planning/kernel/event-sourcing';
import { parseStreamId, type Actor } from '@test-planning/kernel/messaging';
import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';
import type { MethodDescription, MethodEvent } from '@test-planning/schema/messages';
import type { ExistingMethod, MethodState } from '../method/method-state';
import { projectAttachments } from './attachments-view';

/** A method as queries answer it. Where it is used stands in a view of its own: any number of experiments may use it. */
export interface MethodDocument extends MethodDescription {
  id: string;
  version: number;
  status: ExistingMethod['status'];
  revision: number;
  publishedRevision: number | null;
  creator: Actor;
  createdAt: string;
  updatedAt: string;
  experimentCount: number;
}

export const methodsView: ViewDefinition<MethodDocument> = {
  name: 'methods',
  version: 1,
  fields: {
    id: { kind: 'keywords', of: ({ id }) => [id], isSelective: true },
    status: { kind: 'keywords', of: ({ status }) => [status] },
    creatorId: { kind: 'keywords', of: ({ creator }) => [creator.userId], isSelective: true },
    tags: { kind: 'keywords', of: ({ tags }) => tags, isSelective: true },
    name: { kind: 'text', of: ({ name }) => name.toLowerCase() },
    createdAt: { kind: 'text', of: ({ createdAt }) => createdAt },
    updatedAt: { kind: 'text', of: ({ updatedAt }) => updatedAt },
    applicationRate: { kind: 'number', of: ({ applicationRate }) => applicationRate },
  },
  search: ({ name, description, tags }) => [name, ...(description === null ? [] : [description]), ...tags],
};

/** What the views become by a commit. What a process is still creating has no place in them; what is about to be deleted still has. */
export function projectMethod(commit: Commit<MethodEvent>, state: MethodState): ViewWrite[] {
  if (commit.result.kind !== 'accepted' || state.kind === 'none' || state.kind === 'provisional') return [];
  const { lab, id } = parseStreamId(commit.stream);
  const document = state.kind === 'deleted' ? null : documentOf(id, state);
  const write: ViewWrite<MethodDocument> = { view: methodsView.name, lab, id, stream: commit.stream, sequence: commit.sequence, document };
  return [write, ...projectAttachments(commit, commit.result.events, state)];
}

function documentOf(id: string, state: ExistingMethod): MethodDocument {
  const { version, description, status, creator, createdAt, updatedAt, standing } = state;
  return { id, version, ...description, status, revision: 1, publishedRevision: null, creator, createdAt, updatedAt, experimentCount: standing.size };
}
