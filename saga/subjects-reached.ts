import type { Process, ProcessStep } from '@test-planning/kernel/processes';
import { LISTED_SUBJECTS } from '@test-planning/schema/messages';

/** A thing that a process created, changed or deleted. `name`: of a deleted one. */
interface ReachedSubject {
  stream: string;
  deleted: boolean;
  name: string | null;
}

const causes = (...types: readonly string[]) => ({ events }: ProcessStep): boolean => events.some(({ type }) => types.includes(type));

const isDeletion = causes('ExperimentDeleted', 'MethodDeleted');

/** Returns what a completed process reached: what its command is about first, then each thing to which a step made something happen. At most `LISTED_SUBJECTS`. */
export const subjectsReachedBy = ({ steps }: Process, main: string | null): ReachedSubject[] => {
  const answered = [...steps.values()].filter(({ state, events }) => state === 'DONE' && events.length > 0);
  const prepared = new Set(answered.filter(causes('ExperimentAttached')).map(({ subject }) => subject));
  const confirmed = new Set(answered.filter(causes('AttachmentConfirmed')).map(({ subject }) => subject));
  // A link that was prepared counts once it is confirmed: where the pair was linked already, it is taken back, and nothing changed.
  const done = answered.filter(({ subject }) => !prepared.has(subject) || confirmed.has(subject));
  const streams = new Set([...(main === null ? [] : [main]), ...done.map(({ subject }) => subject)]);
  return [...streams].slice(0, LISTED_SUBJECTS).map((stream) => reached(stream, done.filter(({ subject }) => subject === stream)));
};

const reached = (stream: string, steps: readonly ProcessStep[]): ReachedSubject => {
  const deletion = steps.find(isDeletion);
  return { stream, deleted: deletion !== undefined, name: deletion?.subjectName ?? null };
};
