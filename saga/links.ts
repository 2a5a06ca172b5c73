import type { StepEvent } from '@test-planning/kernel/processes';
import { parseExperimentEvent, parseMethodEvent, type ExperimentLink, type MethodLink } from '@test-planning/schema/messages';

/** The id of the link that a process makes to a method: its own, so that undoing it leaves another process's link to it alone. */
export const linkIdOf = (processId: string, methodId: string): string => `${processId}.${methodId}`;

/** The links that an experiment says have been made or ended. */
export const linksNamedBy = (events: readonly StepEvent[]): ExperimentLink[] =>
  events.flatMap(({ type, data }) => {
    const parsed = parseExperimentEvent(type, 1, data);
    return parsed.kind === 'parsed' && 'links' in parsed.message.data ? parsed.message.data.links : [];
  });

/** The links under which a method stands when nothing is pending any more and it may be deleted; undefined before. */
export const linksOnceReady = (events: readonly StepEvent[]): MethodLink[] | undefined => {
  for (const { type, data } of events) {
    const parsed = parseMethodEvent(type, 1, data);
    if (parsed.kind === 'parsed' && parsed.message.type === 'MethodDeletionReady') return parsed.message.data.links;
  }
  return undefined;
};
