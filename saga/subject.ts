import { streamId, type StreamId } from '@test-planning/kernel/messaging';
import type { Process, Protocol } from '@test-planning/kernel/processes';
import { protocols } from './protocols';

/** The one thing that a process's command is about; null when it is about none, or about many. */
export const subjectStream = ({ type, input }: Process, lab: string): StreamId | null => {
  // A process has the type and the input of the command that started it, so they fit its protocol.
  const protocol = protocols[type as keyof typeof protocols] as Protocol<unknown>;
  const subject = protocol.subject?.(input);
  return subject ? streamId(lab, subject.kind, subject.id) : null;
};
