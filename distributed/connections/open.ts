import { openKafka, type Kafka, type KafkaOptions } from '@test-planning/kernel/kafka';
import { openMongodb, type Mongodb } from '@test-planning/kernel/mongodb';
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
        return { health: mongodb.health, transactor: mongodb.transactor, stores, close: () => mongodb.close() };
      } catch (error) {
        await mongodb.close();
        throw error;
      }
    },
  });
