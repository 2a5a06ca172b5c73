import type { Dependency } from '@test-planning/kernel/health';
import type { Kafka } from '@test-planning/kernel/kafka';
import { serveSubgraph } from '@test-planning/kernel/subgraph/server';
import type { Connection } from '../connections/connection';
import { connectKafka, connectMongodb, type OpenStores } from '../connections/open';
import { feedsToCome, logToCome, viewsToCome } from '../connections/ports-to-come';
import { apiOf } from '../services';
import type { ApiSettings } from '../settings/settings';
import { readinessOf } from './readiness';
import type { ProcessPorts, RunningProcess } from './running-process';

/** The acceptor waits as long for an append. */
const APPEND_TIMEOUT_MS = 1_500;
/** Of the time to stop, what is left to let go of everything when the last answer is given. */
const LET_GO_MS = 2_000;

const notServed = (name: string) => ({
  now: (): never => {
    throw new Error(`${name} is nothing that this process stands on`);
  },
  within: (): Promise<never> => Promise.reject(new Error(`${name} is nothing that this process stands on`)),
});

/**
 * Serves a subgraph, from the start on, whatever is there by then. Queries need MongoDB alone: without Kafka they are answered, and mutations are
 * UNAVAILABLE.
 */
export const runApi = async (settings: ApiSettings, { logger, clock, fail }: ProcessPorts): Promise<RunningProcess> => {
  const { name: clientId, service, serving } = settings;
  const kafka: Connection<Kafka> | undefined = settings.kafka && connectKafka(settings.kafka, { clientId, logger }, { appendTimeoutMs: APPEND_TIMEOUT_MS });
  const mongodb: Connection<OpenStores> | undefined = settings.mongodb && connectMongodb(settings.mongodb, service, { clientId, logger });
  const connections = [mongodb, kafka].filter((connection) => connection !== undefined);
  for (const { opened } of connections) opened.catch(fail);

  const subgraph = apiOf[service](settings, {
    log: logToCome(kafka ?? notServed('Kafka'), APPEND_TIMEOUT_MS),
    views: viewsToCome(mongodb ?? notServed('MongoDB')),
    feeds: feedsToCome(mongodb ?? notServed('MongoDB')),
    clock,
    logger,
  });
  const views: Dependency | undefined = mongodb && { name: 'views', problem: () => (mongodb.problem() === undefined ? mongodb.now().reading.completeness.problem() : undefined) };
  // Queries can be answered without Kafka.
  const vital = mongodb && views ? [mongodb, views] : connections;
  const all = [...connections, ...(views ? [views] : [])];
  const parts = { ...(mongodb && views && { queries: [mongodb, views] }), ...(serving !== 'queries' && { commands: kafka ? [kafka] : connections }) };
  const server = await serveSubgraph(subgraph, { host: settings.host, port: settings.port, serves: serving }, { logger, ready: () => readinessOf(vital, all, parts) });
  logger.info({ url: server.url, serving, mongodb: mongodb && settings.mongodb?.databasePrefix, kafka: settings.kafka?.brokers }, 'Serving');
  return {
    url: server.url,
    stop: async () => {
      await server.stop({ graceMs: Math.max(0, settings.drainMs - LET_GO_MS) });
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
};
