import type { Commit, Stored } from './commit';

/** The versions that a service's events have had. An event without a version is of version 1. */
export interface EventVersions {
  /** The version in which events of this type are stored now; 1 for a type that has had no other. */
  current(type: string): number;
  /** Brings the data of an older version up to the current one. @throws {TypeError} for a version that is not known here. */
  upcast(type: string, schemaVersion: number, data: unknown): unknown;
}

/** An event as it is stored: with its version, unless that is 1. */
export const withVersion = <Event extends Stored>(event: Event, versions: EventVersions | undefined): Event => {
  const schemaVersion = versions?.current(event.type) ?? 1;
  return schemaVersion === 1 ? event : { ...event, schemaVersion };
};

/** A commit as it was read, with its events in their current versions; what is stored stays as it is. @throws {TypeError} for a version that is not known here. */
export const upcastCommit = <Event extends Stored>(commit: Commit<Event>, versions: EventVersions | undefined): Commit<Event> => {
  if (!versions) return commit;
  const { result } = commit;
  const isCurrent = ({ type, schemaVersion = 1 }: Stored): boolean => schemaVersion === versions.current(type);
  if (result.kind !== 'accepted' || result.events.every(isCurrent)) return commit;
  return { ...commit, result: { ...result, events: result.events.map((event) => (isCurrent(event) ? event : upcastEvent(event, versions))) } };
};

const upcastEvent = <Event extends Stored>(event: Event, versions: EventVersions): Event =>
  ({ ...event, schemaVersion: versions.current(event.type), data: versions.upcast(event.type, event.schemaVersion ?? 1, event.data) });
