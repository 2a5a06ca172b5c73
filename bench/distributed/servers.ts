import { deleteKafkaData, openKafka, type Kafka } from '@test-planning/kernel/kafka';
import type { WorkerPorts } from '@test-planning/kernel/event-sourcing';
import { newId } from '@test-planning/kernel/messaging';
import { deleteMongodbData, openMongodb, type Mongodb, type ServiceStores } from '@test-planning/kernel/mongodb';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { experimentsStores } from '@test-planning/experiments';
import { topics } from '@test-planning/schema/messages';
import type { Addresses } from './addresses';

export const PARTITIONS = 12;

/** Topics and databases of one measurement, gone when it is over. */
export interface Stage {
  prefix: string;
  kafka: Kafka;
  mongodb: Mongodb;
  stores: ServiceStores;
  ports: WorkerPorts;
  close(): Promise<void>;
}

export const openStage = async ({ brokers, mongodb: url }: Addresses): Promise<Stage> => {
  const prefix = `bench-${newId().slice(-8)}`;
  const kafka = await openLog(brokers, prefix, PARTITIONS);
  const mongodb = await openMongodb({ url, databasePrefix: prefix, logger: silentLogger });
  const stores = await mongodb.service('experiments', experimentsStores);
  return {
    prefix,
    kafka,
    mongodb,
    stores,
    ports: { ...stores, log: kafka.log, transactor: mongodb.transactor, clock: () => new Date(), logger: silentLogger },
    close: async () => {
      await kafka.close();
      await mongodb.close();
      await dropAll({ brokers, mongodb: url }, prefix);
    },
  };
};

/** The topics of a system with this prefix; they are made where they aren't there. */
export const openLog = (brokers: readonly string[], prefix: string, partitions: number): Promise<Kafka> =>
  openKafka({
    brokers, clientId: 'bench', logger: silentLogger, prefix: `${prefix}.`,
    topics: Object.values(topics).map((name) => ({ name, kind: 'events' })),
    topicSettings: { partitions },
  });

/** What a system with this prefix leaves behind. */
export const dropAll = async ({ brokers, mongodb }: Addresses, prefix: string): Promise<void> => {
  await deleteKafkaData(brokers, `${prefix}.`);
  await deleteMongodbData(mongodb, prefix);
};
