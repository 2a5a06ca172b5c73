import { streamId, type StreamId } from '@test-planning/kernel/messaging';
import type { Process, Protocol } from '@test-planning/kernel/processes';
import { protocols } from './protocols';

/** The one thing that a process's command is about, and what it is called as far as it is known. */
interface ProcessSubject {
  stream: StreamId;
  name: string | null;
}

/** Null when the command is about nothing in particular, or about many things. */
export const subjectOf = ({ type, input, steps }: Process, lab: string): ProcessSubject | null => {
  // A process has the type and the input of the command that started it, so they fit its protocol.
  const protocol = protocols[type as keyof typeof protocols] as Protocol<unknown>;
  const subject = protocol.subject?.(input);
  if (!subject) return null;
  const stream = streamId(lab, subject.kind, subject.id);
  const told = [...steps.values()].findLast((step) => step.subject === stream && step.subjectName !== null);
  return { stream, name: told?.subjectName ?? subject.name ?? null };
};
