import type { StreamId } from '@test-planning/kernel/messaging';
import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';
import type { Subject } from './subject';

/** A thing that everybody may see. What never was, is still being created or is deleted has no such document. */
export interface ExistingSubject {
  kind: Subject['kind'];
}

export const subjectsView: ViewDefinition<ExistingSubject> = { name: 'subjects', version: 1, fields: {} };

export const subjectKey = ({ kind, id }: Subject): string => `${kind}/${id}`;

/**
 * A thing comes into being once and is deleted once, and its id is never used again. As the sequence of a write, this order lets anyone who knows either
 * say so at any time.
 */
const ranks = { existing: 1, deleted: 2 } as const;

export const subjectWrite = (lab: string, stream: StreamId, subject: Subject, existence: keyof typeof ranks): ViewWrite<ExistingSubject> => ({
  view: subjectsView.name, lab, id: subjectKey(subject), stream, sequence: ranks[existence], document: existence === 'existing' ? { kind: subject.kind } : null,
});
