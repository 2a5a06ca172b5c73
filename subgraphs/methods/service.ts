import { startWorker, type Worker, type WorkerPorts } from '@test-planning/kernel/event-sourcing';
import type { Log } from '@test-planning/kernel/messaging';
import type { QueryableReadModels } from '@test-planning/kernel/read-models';
import {
  acceptor, buildSubgraph, contextFrom, identityVerifier, signedCursors, subgraphSdl, type ContextOf, type ErrorLog, type Subgraph,
} from '@test-planning/kernel/subgraph';
import { describeSchema } from '@test-planning/schema/api';
import { MethodMutations } from './api/method-mutations';
import { MethodQueries } from './api/method-queries';
import { attachmentsView } from './views/attachments-view';
import { methodsView } from './views/methods-view';
import { methodsWorker, type MethodsWorkerConfig } from './worker-definition';

/** What worker and API keep and read. */
export const methodsStores = { views: [methodsView, attachmentsView] };

/** Handles the commands on methods until it is stopped, over `methodsStores`. */
export const startMethodsWorker = (config: MethodsWorkerConfig, ports: WorkerPorts): Promise<Worker> => startWorker(methodsWorker(config), ports);

export interface MethodsApiConfig {
  /** Shared with the gateway, which vouches with it for who asks: at least 32 bytes. */
  identitySecret: Uint8Array | string;
  /** Signs cursors; the same in every process of the system. */
  cursorSecret: Uint8Array | string;
}

/** All that an API has: it reads the views and appends to the log. */
export interface MethodsApiPorts {
  views: QueryableReadModels;
  log: Log;
  clock: () => Date;
  logger: ErrorLog;
}

export interface MethodsApi extends Subgraph {
  contextOf: ContextOf;
}

export function methodsApi({ identitySecret, cursorSecret }: MethodsApiConfig, { views, log, clock, logger }: MethodsApiPorts): MethodsApi {
  const queries = new MethodQueries(views, signedCursors(cursorSecret));
  const mutations = new MethodMutations(acceptor({ log, source: 'methods-api', clock, errors: logger }));
  const subgraph = buildSubgraph({
    name: 'methods',
    resolvers: [queries, mutations],
    references: { Method: ({ id }, context) => queries.find(id, context) },
    describe: describeSchema,
    errors: logger,
  });
  return { ...subgraph, contextOf: contextFrom(identityVerifier({ secret: identitySecret, now: clock })) };
}

/** What is composed into the supergraph. */
export const methodsSdl = (): string => subgraphSdl([MethodQueries, MethodMutations], describeSchema);
