import { join } from 'node:path';
import { activityApi, activityStores, startActivityWorker } from '@test-planning/activity';
import { experimentsApi, experimentsStores, startExperimentsWorker } from '@test-planning/experiments';
import { inProcessTransport, startGateway } from '@test-planning/gateway';
import type { Readiness } from '@test-planning/kernel/health';
import { openDatabase, type Database } from '@test-planning/kernel/sqlite';
import type { ContextOf, Subgraph } from '@test-planning/kernel/subgraph';
import { createLogger, type Logger } from '@test-planning/kernel/telemetry';
import { methodsApi, methodsStores, startMethodsWorker } from '@test-planning/methods';
import { sagaApi, sagaStores, startSagaWorker } from '@test-planning/saga';
import { demoUsers, openKeys, signInRoute, type Keys, tokenAudience, tokenIssuer } from '@test-planning/sign-in';
import supergraphSdl from '@test-planning/schema/graphql/supergraph.graphql';
import type { StandaloneConfig } from './config';
import { retention } from './retention';

export interface RunningStandalone {
  /** Of the GraphQL endpoint. */
  url: string;
  /** Finishes what is in hand, then lets go of the data directory. */
  stop(): Promise<void>;
}

/** Bytes of a request with 100 methods, each with a description of 10,000 characters of any script. */
const LARGEST_INPUT = 8 * 1024 * 1024;

type ServedSubgraph = Subgraph & { contextOf: ContextOf };

/** Starts every service in this process, over one SQLite file. @throws when the data directory or the address is in use; {FileProblem} naming a file that can't be used. */
export const startStandalone = async (config: StandaloneConfig): Promise<RunningStandalone> => {
  const logger = createLogger({ service: 'standalone', level: config.logLevel });
  const keys = await openKeys(config.dataDir, (message) => logger.warn({ dataDir: config.dataDir }, message));
  const clock = () => new Date();
  const database = openDatabase(config.dataDir, { logger, clock, log: { retention } });
  try {
    return await startOn(database, { config, keys, logger, clock });
  } catch (error) {
    throw database.explained(error);
  }
};

interface StartParts {
  config: StandaloneConfig;
  keys: Keys;
  logger: Logger;
  clock: () => Date;
}

const startOn = async (database: Database, { config, keys, logger, clock }: StartParts): Promise<RunningStandalone> => {
  const { log, transactor } = database;
  const common = { log, transactor, clock, logger };
  const secrets = { identitySecret: keys.identitySecret, cursorSecret: keys.cursorSecret };

  const experiments = await database.service('experiments', experimentsStores);
  const methods = await database.service('methods', methodsStores);
  const saga = await database.service('saga', sagaStores);
  const activity = await database.service('activity', activityStores);

  const workers = await Promise.all([
    startExperimentsWorker({}, { ...common, ...experiments }),
    startMethodsWorker({}, { ...common, ...methods }),
    startSagaWorker({ deadlineMs: config.processDeadlineMs }, { ...common, ...saga }),
    startActivityWorker({}, { ...common, ...activity }),
  ]);

  const subgraphs = new Map<string, ServedSubgraph>(
    [
      experimentsApi(secrets, { ...common, ...experiments }),
      methodsApi(secrets, { ...common, ...methods }),
      sagaApi(secrets, { ...common, ...saga }),
      activityApi(secrets, { ...common, ...activity }),
    ].map((subgraph) => [subgraph.name, subgraph]),
  );
  const subgraphNamed = (name: string): ServedSubgraph => {
    const subgraph = subgraphs.get(name);
    if (!subgraph) throw new Error(`The supergraph names the subgraph ${name}, which isn't part of this edition`);
    return subgraph;
  };

  const readiness = async (): Promise<Readiness> => {
    const problem = await database.problem();
    return { ok: problem === undefined, failing: log.failing(), details: problem === undefined ? {} : { reason: `The database in ${config.dataDir} can't be written: ${problem}` } };
  };
  const stopBehindTheGateway = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await database.close();
  };
  try {
    const gateway = await startGateway(
      {
        supergraph: supergraphSdl,
        host: config.host,
        port: config.port,
        auth: { mode: 'jwt', jwks: keys.jwks, issuer: tokenIssuer, audience: tokenAudience, algorithms: ['EdDSA'] },
        internalIdentity: { secret: keys.identitySecret },
        limits: { maxSignedBodyBytes: LARGEST_INPUT, maxCost: config.maxCost },
        allowedHosts: config.allowedHosts ?? [],
        ...(config.corsOrigins && { corsOrigins: config.corsOrigins }),
        ...(config.rateLimit !== 'off' && { rateLimit: config.rateLimit }),
        queryPageDirectory: join(__dirname, '..', 'gateway', 'query-page'),
      },
      { transport: ({ name }) => inProcessTransport(subgraphNamed(name)), logger, routes: [signInRoute({ keys, users: demoUsers })], ready: readiness },
    );
    return {
      url: gateway.url,
      stop: async () => {
        await gateway.stop();
        await stopBehindTheGateway();
      },
    };
  } catch (error) {
    await stopBehindTheGateway();
    throw error;
  }
};
