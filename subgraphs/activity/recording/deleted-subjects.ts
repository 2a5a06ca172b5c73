import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';
import type { StreamId } from '@test-planning/kernel/messaging';
import type { Subject } from './subject';

/** A thing that was deleted: its id is never used again. */
export interface DeletedSubject {
  at: string;
}

export const deletedSubjectsView: ViewDefinition<DeletedSubject> = { name: 'deleted-subjects', version: 1, fields: {} };

export const subjectKey = ({ kind, id }: Subject): string => `${kind}/${id}`;

export const deletedSubjectWrite = (lab: string, stream: StreamId, sequence: number, subject: Subject, at: string): ViewWrite<DeletedSubject> =>
  ({ view: deletedSubjectsView.name, lab, id: subjectKey(subject), stream, sequence, document: { at } });
