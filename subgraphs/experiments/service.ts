import { startWorker, type Worker, type WorkerPorts } from '@test-planning/kernel/event-sourcing';
import type { Log } from '@test-planning/kernel/messaging';
import type { QueryableReadModels } from '@test-planning/kernel/read-models';
import {
  acceptor, buildSubgraph, contextFrom, identityVerifier, signedCursors, subgraphSdl, type ContextOf, type ErrorLog, type Subgraph,
} from '@test-planning/kernel/subgraph';
import { describeSchema } from '@test-planning/schema/api';
import { ExperimentMutations } from './api/experiment-mutations';
import { ExperimentQueries } from './api/experiment-queries';
import { experimentsView } from './views/experiments-view';
import { experimentsWorker, type ExperimentsWorkerConfig } from './worker-definition';

/** What worker and API keep and read. */
export const experimentsStores = { views: [experimentsView] };

/** Handles the commands on experiments until it is stopped, over `experimentsStores`. */
export const startExperimentsWorker = (config: ExperimentsWorkerConfig, ports: WorkerPorts): Promise<Worker> =>
  startWorker(experimentsWorker(config), ports);

export interface ExperimentsApiConfig {
  /** Shared with the gateway, which vouches with it for who asks: at least 32 bytes. */
  identitySecret: Uint8Array | string;
  /** Signs cursors; the same in every process of the system. */
  cursorSecret: Uint8Array | string;
}

/** All that an API has: it reads the views and appends to the log. */
export interface ExperimentsApiPorts {
  views: QueryableReadModels;
  log: Log;
  clock: () => Date;
  logger: ErrorLog;
}

export interface ExperimentsApi extends Subgraph {
  contextOf: ContextOf;
}

export function experimentsApi({ identitySecret, cursorSecret }: ExperimentsApiConfig, { views, log, clock, logger }: ExperimentsApiPorts): ExperimentsApi {
  const queries = new ExperimentQueries(views, signedCursors(cursorSecret));
  const mutations = new ExperimentMutations(acceptor({ log, source: 'experiments-api', clock, errors: logger }));
  const subgraph = buildSubgraph({
    name: 'experiments',
    resolvers: [queries, mutations],
    references: { Experiment: ({ id }, context) => queries.find(id, context) },
    describe: describeSchema,
    errors: logger,
  });
  return { ...subgraph, contextOf: contextFrom(identityVerifier({ secret: identitySecret, now: clock })) };
}

/** What is composed into the supergraph. */
export const experimentsSdl = (): string => subgraphSdl([ExperimentQueries, ExperimentMutations], describeSchema);
