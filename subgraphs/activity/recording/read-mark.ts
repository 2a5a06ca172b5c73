import { streamId } from '@test-planning/kernel/messaging';
import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';

/** How far somebody has read their notifications: up to and including this number. */
export interface ReadMark {
  number: number;
}

/** Readers' own marks: no facts of the lab, so nothing else holds them and nothing rebuilds them. */
export const readMarksView: ViewDefinition<ReadMark> = { name: 'read-marks', version: 1, fields: {} };

/** A mark only moves forward: the number is the guard. */
export const readMarkWrite = (lab: string, userId: string, number: number): ViewWrite<ReadMark> =>
  ({ view: readMarksView.name, lab, id: userId, stream: streamId(lab, 'reader', userId), sequence: number, document: { number } });
