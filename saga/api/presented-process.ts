import type { ProcessDocument, ProcessStepDocument } from '../views/processes-view';
import { visibleRefusal } from '@test-planning/schema/messages';
import type { CommandRefused, Process, ProcessStep } from './process-types';

/** Returns a process as the API shows it to a caller with these scopes. */
export const presentedProcess = (document: ProcessDocument, scopes: readonly string[]): Process => {
  const { id, type, state, command, startedAt, deadline, endedAt } = document;
  const process: Process = { id, type, state, command, startedAt, deadline, endedAt, steps: [] };
  process.steps = document.steps.map((step) => presentedStep(process, step, scopes));
  return process;
};

/** Ids of steps are unique in their process; outside of it, they need it in front. */
const presentedStep = (process: Process, step: ProcessStepDocument, scopes: readonly string[]): ProcessStep => ({
  ...step,
  id: `${process.id}/${step.id}`,
  compensates: step.compensates === null ? null : `${process.id}/${step.compensates}`,
  refusal: refusalOf(process, step, scopes),
});

const refusalOf = (
  process: Process,
  { refusal, startedAt, endedAt, subjectKind }: ProcessStepDocument,
  scopes: readonly string[],
): CommandRefused | null =>
  refusal && endedAt !== null
    ? {
        at: endedAt,
        durationMs: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)),
        ...visibleRefusal(refusal, [subjectKind], scopes),
        process,
      }
    : null;
