import { activityApi, activityStores, startActivityWorker } from '@test-planning/activity';
import { experimentsApi, experimentsStores, startExperimentsWorker } from '@test-planning/experiments';
import type { WorkerPorts } from '@test-planning/kernel/event-sourcing';
import type { Feeds } from '@test-planning/kernel/feeds';
import type { Log } from '@test-planning/kernel/messaging';
import type { ServiceDefinitions } from '@test-planning/kernel/mongodb';
import type { ReadModels } from '@test-planning/kernel/read-models';
import type { ContextOf, ErrorLog, Subgraph } from '@test-planning/kernel/subgraph';
import { methodsApi, methodsStores, startMethodsWorker } from '@test-planning/methods';
import { sagaApi, sagaStores, startSagaWorker } from '@test-planning/saga';
import type { ServiceName } from './topology';

/** What is kept for each service. */
export const storesOf: Readonly<Record<ServiceName, ServiceDefinitions>> = {
  experiments: experimentsStores,
  methods: methodsStores,
  saga: sagaStores,
  activity: activityStores,
};

interface StartedWorker {
  stop(): Promise<void>;
}

type StartWorker = (config: { processDeadlineMs: number }, ports: WorkerPorts & { feeds: Feeds }) => Promise<StartedWorker>;

export const startWorkerOf: Readonly<Record<ServiceName, StartWorker>> = {
  experiments: (_, ports) => startExperimentsWorker({}, ports),
  methods: (_, ports) => startMethodsWorker({}, ports),
  saga: ({ processDeadlineMs }, ports) => startSagaWorker({ deadlineMs: processDeadlineMs }, ports),
  activity: (_, ports) => startActivityWorker({}, ports),
};

interface ApiPorts {
  log: Log;
  views: ReadModels;
  feeds: Feeds;
  clock: () => Date;
  logger: ErrorLog;
}

type MakeApi = (secrets: { identitySecret: string; cursorSecret: string }, ports: ApiPorts) => Subgraph & { contextOf: ContextOf };

export const apiOf: Readonly<Record<ServiceName, MakeApi>> = { experiments: experimentsApi, methods: methodsApi, saga: sagaApi, activity: activityApi };
