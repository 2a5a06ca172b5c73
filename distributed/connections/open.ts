import { openKafka, type Kafka, type KafkaOptions } from '@test-planning/kernel/kafka';
import { openMongodb, type Mongodb } from '@test-planning/kernel/mongodb';
import type { Dependency } from '@test-planning/kernel/health';
import type { ReadModels } from '@test-planning/kernel/read-models';
import type { Logger } from '@test-planning/kernel/telemetry';
import { storesOf } from '../services';
import type { KafkaSettings, MongodbSettings } from '../settings/settings';
import type { ServiceName } from '../topology';
import { Connection } from './connection';
import { topicDefinitions } from './topics';

type ServiceStores = Awaited<ReturnType<Mongodb['service']>>;

/** MongoDB, with what is kept there for one service. */
export interface OpenStores {
  readonly health: Mongodb['health'];
  readonly transactor: Mongodb['transactor'];
  readonly stores: ServiceStores;
  /** What an API reads, and whether it is complete. */
  readonly reading: { readonly views: ReadModels; readonly completeness: Dependency };
  close(): Promise<void>;
}

interface OpenOptions {
  /** Of this process. */
  clientId: string;
  logger: Logger;
}

export const connectKafka = (
  { brokers, prefix, ssl, sasl, topics }: KafkaSettings, { clientId, logger }: OpenOptions, more: Pick<KafkaOptions, 'appendTimeoutMs' | 'retention'>,
): Connection<Kafka> =>
  new Connection({
    name: 'Kafka',
    logger,
    open: (signal) => openKafka({ brokers, clientId, logger, prefix, ssl, ...(sasl && { sasl }), topics: topicDefinitions, topicSettings: topics, signal, ...more }),
  });

export const connectMongodb = ({ url, databasePrefix }: MongodbSettings, service: ServiceName, { logger }: OpenOptions): Connection<OpenStores> =>
  new Connection({
    name: 'MongoDB',
    logger,
    open: async () => {
      const mongodb = await openMongodb({ url, databasePrefix, logger });
      try {
        const stores = await mongodb.service(service, storesOf[service]);
        return { health: mongodb.health, transactor: mongodb.transactor, stores, reading: readingOf(service, stores), close: () => mongodb.close() };
      } catch (error) {
        await mongodb.close();
        throw error;
      }
    },
  });

/** Views that are made from commits are built by a worker before they can be read. Those of the activity service grow with the log, and are read as they are. */
const readingOf = (service: ServiceName, { views, served }: ServiceStores): OpenStores['reading'] =>
  service === 'activity'
    ? { views, completeness: { name: served.name, problem: () => undefined } }
    : { views: { ...served.views, write: (writes) => views.write(writes) }, completeness: served };
