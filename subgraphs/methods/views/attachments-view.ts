import type { Commit } from '@test-planning/kernel/event-sourcing';
import { parseStreamId, type Actor } from '@test-planning/kernel/messaging';
import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';
import type { MethodEvent } from '@test-planning/schema/messages';
import type { DeletedMethod, ExistingMethod } from '../method/method-state';

/** That an experiment uses a method. */
export interface AttachmentDocument {
  methodId: string;
  experimentId: string;
  linkedAt: string;
  linkedBy: Actor;
}

/** One document per method and experiment, so that a link costs the same however many there are. */
export const attachmentsView: ViewDefinition<AttachmentDocument> = {
  name: 'attachments',
  version: 1,
  fields: {
    methodId: { kind: 'keywords', of: ({ methodId }) => [methodId], isSelective: true },
    experimentId: { kind: 'keywords', of: ({ experimentId }) => [experimentId], isSelective: true },
    linkedAt: { kind: 'text', of: ({ linkedAt }) => linkedAt },
  },
};

/** What people see of an experiment's use of a method: what is pending isn't there yet, and two links of one pair are one, the earlier. */
function attachmentIn(state: ExistingMethod, experimentId: string): Pick<AttachmentDocument, 'linkedAt' | 'linkedBy'> | undefined {
  const [linkId] = state.standing.get(experimentId, []);
  const attachment = linkId === undefined ? undefined : state.attachments.get(linkId);
  return attachment && { linkedAt: attachment.linkedAt, linkedBy: attachment.linkedBy };
}

/** Writes what a commit's events touch, as it is after the commit. */
export function projectAttachments(commit: Commit, events: readonly MethodEvent[], state: ExistingMethod | DeletedMethod): ViewWrite<AttachmentDocument>[] {
  const { lab, id: methodId } = parseStreamId(commit.stream);
  return [...new Set(events.flatMap(experimentsOf))].map((experimentId) => {
    const attachment = state.kind === 'existing' ? attachmentIn(state, experimentId) : undefined;
    return {
      view: attachmentsView.name,
      lab,
      id: `${methodId}/${experimentId}`,
      stream: commit.stream,
      sequence: commit.sequence,
      document: attachment ? { methodId, experimentId, ...attachment } : null,
    };
  });
}

/** Whose attachment can look different after an event. */
function experimentsOf(event: MethodEvent): string[] {
  switch (event.type) {
    case 'AttachmentConfirmed':
      return [event.data.link.experimentId];
    case 'ExperimentDetached':
    case 'MethodDeleted':
      return event.data.links.map(({ experimentId }) => experimentId);
    default:
      return [];
  }
}
