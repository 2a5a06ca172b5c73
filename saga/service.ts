import { startWorker, type Worker, type WorkerPorts } from '@test-planning/kernel/event-sourcing';
import type { QueryableReadModels } from '@test-planning/kernel/read-models';
import {
  buildSubgraph,
  contextFrom,
  identityVerifier,
  signedCursors,
  subgraphSdl,
  type ContextOf,
  type ErrorLog,
  type Subgraph,
} from '@test-planning/kernel/subgraph';
import { describeSchema } from '@test-planning/schema/api';
import { ProcessQueries } from './api/process-queries';
import { Timers } from './timers';
import { processesView } from './views/processes-view';
import { timersView } from './views/timers-view';
import { DEFAULT_DEADLINE_MS, sagaWorker, type SagaWorkerConfig } from './worker-definition';

/** What worker and API keep and read. */
export const sagaStores = { views: [processesView, timersView] };

/** Drives processes until it is stopped, and tells them when their deadlines pass, over `sagaStores`. */
export const startSagaWorker = async (config: SagaWorkerConfig, ports: WorkerPorts): Promise<Worker> => {
  const worker = await startWorker(sagaWorker(config), ports);
  // After it, as it brings the view of the timers up to date.
  const timers = new Timers(ports, config.deadlineMs ?? DEFAULT_DEADLINE_MS);
  return {
    stop: async () => {
      await timers.stop();
      await worker.stop();
    },
  };
};

export interface SagaApiConfig {
  /** Shared with the gateway, which vouches with it for who asks: at least 32 bytes. */
  identitySecret: Uint8Array | string;
  /** Signs cursors; the same in every process of the system. */
  cursorSecret: Uint8Array | string;
}

/** All that the API has: it reads the views. */
export interface SagaApiPorts {
  views: QueryableReadModels;
  clock: () => Date;
  logger: ErrorLog;
}

export interface SagaApi extends Subgraph {
  contextOf: ContextOf;
}

export const sagaApi = ({ identitySecret, cursorSecret }: SagaApiConfig, { views, clock, logger }: SagaApiPorts): SagaApi => {
  const queries = new ProcessQueries(views, signedCursors(cursorSecret));
  const subgraph = buildSubgraph({
    name: 'saga',
    resolvers: [queries],
    references: { Process: ({ id }, context) => queries.find(id, context) },
    describe: describeSchema,
    errors: logger,
  });
  return { ...subgraph, contextOf: contextFrom(identityVerifier({ secret: identitySecret, now: clock })) };
};

/** What is composed into the supergraph. */
export const sagaSdl = (): string => subgraphSdl([ProcessQueries], describeSchema);
