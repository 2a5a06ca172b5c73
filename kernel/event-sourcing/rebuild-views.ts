import type { StreamId } from '../messaging/streams';
import type { ViewWrite } from '../read-models/read-models';
import type { RebuildableReadModels } from '../read-models/view-versions';
import type { Logger } from '../telemetry/logger';
import type { Commit, Stored } from './commit';
import type { Decider } from './decider';
import type { EventStore } from './event-store';
import { upcastCommit, type EventVersions } from './event-versions';
import { foldCommit } from './fold';
import { foldWrites } from './handling-loop/fold-writes';

const COMMITS_AT_ONCE = 2_000;

interface Projected<State, Event extends Stored> {
  eventVersions?: EventVersions;
  decider: Pick<Decider<State, never, Event>, 'initial' | 'evolve'>;
  project(commit: Commit<Event>, after: State): readonly ViewWrite[];
}

interface RebuildPorts {
  events: EventStore;
  views: RebuildableReadModels;
  logger: Logger;
}

/** Rebuilds the views that are new or of another version, in one process if several start at once; after a crash in between it begins again. */
export const rebuildOutdatedViews = <State, Event extends Stored>(definition: Projected<State, Event>, ports: RebuildPorts): Promise<void> =>
  ports.views.rebuildOutdated(async (outdated, signal) => {
    ports.logger.info({ views: outdated }, 'Rebuilding views from the commits');
    await rebuildViews(definition, ports, outdated, signal);
  });

/** Empties views and fills them anew from all commits. Nobody writes to them meanwhile. @throws the reason of `signal` when it aborts. */
export const rebuildViews = async <State, Event extends Stored>(
  { decider, project, eventVersions }: Projected<State, Event>,
  { events, views }: Pick<RebuildPorts, 'events' | 'views'>,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<void> => {
  for (const name of names) await views.clear(name);
  const isAsked = new Set(names);
  let stream: StreamId | undefined;
  let state = decider.initial;
  let written: Promise<void> = Promise.resolve();
  for await (const commits of events.scan(COMMITS_AT_ONCE)) {
    signal?.throwIfAborted();
    const writes: ViewWrite[] = [];
    for (const stored of commits as Commit<Event>[]) {
      const commit = upcastCommit(stored, eventVersions);
      if (commit.stream !== stream) state = decider.initial;
      stream = commit.stream;
      state = foldCommit(decider, state, commit);
      for (const write of project(commit, state)) if (isAsked.has(write.view)) addWrite(writes, write);
    }
    // While one batch is written the next one is read and folded; no more, so that memory stays bounded.
    await written;
    written = writes.length > 0 ? views.write(foldWrites(writes)) : Promise.resolve();
    written.catch(() => undefined);
  }
  await written;
  for (const name of names) await views.rebuilt(name);
};

/** Most of a stream's commits write the document that the one before wrote: what would be folded away anyway isn't kept so long. */
const addWrite = (writes: ViewWrite[], write: ViewWrite): void => {
  const before = writes.at(-1);
  if (before?.id === write.id && before.view === write.view && before.lab === write.lab) writes[writes.length - 1] = write;
  else writes.push(write);
};
