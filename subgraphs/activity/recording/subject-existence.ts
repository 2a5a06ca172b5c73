import type { StreamId } from '@test-planning/kernel/messaging';
import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';
import type { Subject } from './subject';

/** A thing that everybody in the lab may see, or could see until it was deleted. What never was, or is still being created, has no such document. */
export interface RecordedSubject {
  kind: Subject['kind'];
  /** The last name of a deleted thing; left out while it exists. */
  deletedName?: string;
}

export const subjectsView: ViewDefinition<RecordedSubject> = { name: 'subjects', version: 1, fields: {} };

export const subjectKey = ({ kind, id }: Subject): string => `${kind}/${id}`;

/**
 * A thing comes into being once and is deleted once, and its id is never used again. As the sequence of a write, this order lets anyone who knows either
 * say so at any time.
 */
const ranks = { existing: 1, deleted: 2 } as const;

type Existence = { kind: 'existing' } | { kind: 'deleted'; name: string | null };

/** A deleted thing of unknown name leaves no document. */
export const subjectWrite = (lab: string, stream: StreamId, subject: Subject, existence: Existence): ViewWrite<RecordedSubject> => ({
  view: subjectsView.name, lab, id: subjectKey(subject), stream, sequence: ranks[existence.kind], document: documentOf(subject, existence),
});

const documentOf = ({ kind }: Subject, existence: Existence): RecordedSubject | null => {
  if (existence.kind === 'existing') return { kind };
  return existence.name === null ? null : { kind, deletedName: existence.name };
};
