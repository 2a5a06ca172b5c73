import { ConfigResourceTypes, type ITopicConfig } from 'kafkajs';
import type { Logger } from '../telemetry/logger';
import type { AdminClient } from './admin-client';
import type { TopicDefinition, TopicSettings } from './options';
import { KafkaSetupError } from './setup-error';

const DEFAULT_PARTITIONS = 12;
/** Nothing expires by itself: commands are deleted by us, once everyone has handled them. */
const KEEP_ALL = { 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete' };
const LARGEST_BATCH = 'max.message.bytes';

/** A topic of the log, as Kafka has it. */
export interface Topic {
  name: string;
  /** Its name in Kafka, with the prefix. */
  kafkaName: string;
  partitions: number;
  /** Bytes that the records of one batch may take. */
  batchBytes: number;
}

/**
 * Makes the topics that aren't there, and looks at those that are.
 *
 * @throws {KafkaSetupError} when one has other partitions than asked for, when there are too few brokers, or fewer copies than have to be written.
 */
export const ensureTopics = async (
  definitions: readonly TopicDefinition[],
  { partitions = DEFAULT_PARTITIONS, replication = 1, minInsyncReplicas = 1 }: TopicSettings,
  { admin, prefix, logger }: { admin: AdminClient; prefix: string; logger: Logger },
): Promise<Topic[]> => {
  if (definitions.length === 0) return [];
  if (minInsyncReplicas > replication) {
    throw new KafkaSetupError(`Of each record there are to be ${minInsyncReplicas} copies before it counts, and topics have a replication of ${replication}: nothing could ever be appended`);
  }
  const names = definitions.map(({ name }) => `${prefix}${name}`);
  const existing = new Set(await admin.ask((client) => client.listTopics()));
  const missing = names.filter((name) => !existing.has(name));
  if (missing.length > 0) {
    const { brokers } = await admin.ask((client) => client.describeCluster());
    if (brokers.length < replication) {
      throw new KafkaSetupError(`Topics are to be kept on ${replication} brokers each, and Kafka has ${brokers.length}: start more of them, or ask for less replication`);
    }
    const settings = { ...KEEP_ALL, 'min.insync.replicas': String(minInsyncReplicas) };
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    // Another process may be faster: then it isn't made here, which is no error.
    await admin.ask((client) => client.createTopics({ topics: missing.map((topic): ITopicConfig => ({ topic, numPartitions: partitions, replicationFactor: replication, configEntries })) }));
    logger.info({ topics: missing, partitions, replication }, 'Made topics');
  }
  await checkPartitions(names, partitions, admin);
  const configs = await topicConfigs(names, admin);
  return definitions.map(({ name }): Topic => {
    const kafkaName = `${prefix}${name}`;
    const config = configs.get(kafkaName);
    warnOfLoss(kafkaName, config, logger);
    return { name, kafkaName, partitions, batchBytes: Number(config?.get(LARGEST_BATCH)) };
  });
};

const checkPartitions = async (names: readonly string[], partitions: number, admin: AdminClient): Promise<void> => {
  const { topics } = await admin.ask((client) => client.fetchTopicMetadata({ topics: [...names] }));
  for (const { name, partitions: found } of topics) {
    if (found.length === partitions) continue;
    throw new KafkaSetupError(`The topic ${name} has ${found.length} partitions, and is configured to have ${partitions}: keys would change their partition, so configure ${found.length}, or use another prefix`);
  }
};

type Config = ReadonlyMap<string, string>;

const topicConfigs = async (names: readonly string[], admin: AdminClient): Promise<ReadonlyMap<string, Config>> => {
  const configNames = [...Object.keys(KEEP_ALL), LARGEST_BATCH];
  const resources = names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name, configNames }));
  const described = await admin.ask((client) => client.describeConfigs({ resources, includeSynonyms: false }));
  return new Map(described.resources.map(({ resourceName, configEntries }) => [
    resourceName, new Map(configEntries.map(({ configName, configValue }): [string, string] => [configName, configValue])),
  ]));
};

/** Somebody may have meant it, so it isn't changed; but what is lost then is lost for good. */
const warnOfLoss = (topic: string, config: Config | undefined, logger: Logger): void => {
  for (const [setting, needed] of Object.entries(KEEP_ALL)) {
    const found = config?.get(setting);
    if (found !== needed) logger.warn({ topic, setting, found, needed }, 'This topic forgets records that nobody may have handled');
  }
};
