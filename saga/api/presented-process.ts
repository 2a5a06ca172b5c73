import type { ProcessDocument, ProcessStepDocument } from '../views/processes-view';
import type { CommandRefused, Process, ProcessStep } from './process-types';

/** A process as the API shows it. */
export const presentedProcess = (document: ProcessDocument): Process => {
  const { id, type, state, command, startedAt, deadline, endedAt } = document;
  const process: Process = { id, type, state, command, startedAt, deadline, endedAt, steps: [] };
  process.steps = document.steps.map((step) => presentedStep(process, step));
  return process;
};

/** Ids of steps are unique in their process; outside of it, they need it in front. */
const presentedStep = (process: Process, step: ProcessStepDocument): ProcessStep => ({
  ...step,
  id: `${process.id}/${step.id}`,
  compensates: step.compensates === null ? null : `${process.id}/${step.compensates}`,
  refusal: refusalOf(process, step),
});

const refusalOf = (process: Process, { refusal, startedAt, endedAt }: ProcessStepDocument): CommandRefused | null =>
  refusal && endedAt !== null
    ? {
        at: endedAt,
        durationMs: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)),
        code: refusal.code,
        message: refusal.message,
        details: refusal.details ?? null,
        process,
      }
    : null;
