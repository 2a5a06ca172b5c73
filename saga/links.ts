import type { StepEvent } from '@test-planning/kernel/processes';
import {
  parseExperimentEvent,
  parseMethodEvent,
  type ExperimentLink,
  type MethodLink,
  type ParsedMessage,
  type ParseResult,
} from '@test-planning/schema/messages';

/** The id of the link that a process makes to a method: its own, so that undoing it leaves another process's link to it alone. */
export const linkIdOf = (processId: string, methodId: string): string => `${processId}.${methodId}`;

/** The links that an experiment says have been made or ended. */
export const linksNamedBy = (events: readonly StepEvent[]): ExperimentLink[] =>
  events.flatMap(({ type, schemaVersion = 1, data }) => {
    const event = read(parseExperimentEvent(type, schemaVersion, data));
    return event && 'links' in event.data ? event.data.links : [];
  });

/** The links under which a method stands when nothing is pending any more and it may be deleted; undefined before. */
export const linksOnceReady = (events: readonly StepEvent[]): MethodLink[] | undefined =>
  events.map(({ type, schemaVersion = 1, data }) => read(parseMethodEvent(type, schemaVersion, data))).find((event) => event?.type === 'MethodDeletionReady')
    ?.data.links;

/** @throws {TypeError} for an event that is known but can't be read: to go on as if nothing had happened would leave half a link. */
const read = <Event extends ParsedMessage>(parsed: ParseResult<Event>): Event | undefined => {
  if (parsed.kind === 'malformed') throw new TypeError(parsed.reason);
  return parsed.kind === 'parsed' ? parsed.message : undefined;
};
