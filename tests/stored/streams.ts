import { rebuildViews, type Commit } from '@test-planning/kernel/event-sourcing';
import { MemoryEventStore } from '@test-planning/kernel/memory';
import type { ViewWrite } from '@test-planning/kernel/read-models';
import { sagaWorker } from '../../saga/worker-definition';
import { experimentsWorker } from '../../subgraphs/experiments/worker-definition';
import { methodsWorker } from '../../subgraphs/methods/worker-definition';
import { versioned } from './samples';
import type { Scenario } from './scenario';

/** The workers that have an event store. */
export const workers = { experiments: experimentsWorker({}), methods: methodsWorker({}), saga: sagaWorker({}) } as const;

/** A whole stream, and the documents that the service's views have of it at its end. */
export interface RecordedStream {
  service: keyof typeof workers;
  commits: Commit[];
  documents: { view: string; id: string; document: unknown }[];
}

/** Streams that hold events of every type, in as few streams as come first. */
export const streamsOf = async ({ services }: Scenario): Promise<Record<string, RecordedStream>> => {
  const streams: Record<string, RecordedStream> = {};
  for (const service of Object.keys(workers) as (keyof typeof workers)[]) {
    const covered = new Set<string>();
    for await (const all of services[service].events.scan(10_000)) {
      for (const [stream, commits] of Map.groupBy(all, (commit) => commit.stream)) {
        const types = typesIn(commits);
        if (types.every((type) => covered.has(type))) continue;
        for (const type of types) covered.add(type);
        streams[`${service} ${stream}`] = { service, commits, documents: await documentsOf(service, commits) };
      }
    }
  }
  return streams;
};

/** The types of events in a stream, each in its version. */
export const typesIn = (commits: readonly Commit[]): string[] =>
  commits.flatMap(({ result }) => (result.kind === 'accepted' ? result.events.map(({ type, schemaVersion }) => versioned(type, schemaVersion)) : []));

/** Folds a stream and projects it. @throws what the fold or the projection throws. */
export const documentsOf = async (service: keyof typeof workers, commits: readonly Commit[]): Promise<RecordedStream['documents']> => {
  const events = new MemoryEventStore();
  await events.append(commits);
  const documents = new Map<string, RecordedStream['documents'][number]>();
  const views = {
    write: (writes: readonly ViewWrite[]): Promise<void> => {
      for (const { view, id, document } of writes) documents.set(`${view} ${id}`, { view, id, document });
      return Promise.resolve();
    },
    clear: () => Promise.resolve(),
    rebuilt: () => Promise.resolve(),
  };
  await rebuildViews(workers[service] as never, { events, views: views as never }, ['experiments', 'methods', 'attachments', 'processes', 'timers']);
  return [...documents.values()];
};
