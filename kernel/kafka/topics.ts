import { setTimeout as delay } from 'node:timers/promises';
import { ConfigResourceTypes, KafkaJSProtocolError, type ITopicConfig } from 'kafkajs';
import type { Logger } from '../telemetry/logger';
import type { AdminClient } from './admin-client';
import type { TopicDefinition, TopicSettings } from './options';
import { KafkaSetupError } from './setup-error';

const DEFAULT_PARTITIONS = 12;
/** Nothing expires by itself: commands are deleted by us, once everyone has handled them. */
const KEEP_ALL = { 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete' };
const LARGEST_BATCH = 'max.message.bytes';
/** Room for the largest record, with what Kafka adds to a batch. */
const BATCH_BYTES = 8 * 1024 * 1024;
/** In Kafka's protocol: set on the topic itself. */
const SET_ON_TOPIC = 1;

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
 * Makes the topics that don't exist, and checks those that do. A topic with more partitions than asked for stays in use: records go to as many partitions
 * as asked for, so no key moves. One whose records may only be smaller than needed is changed.
 *
 * @throws {KafkaSetupError} when a topic has fewer partitions than asked for or can't be changed, or when brokers or copies are too few.
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
    const settings = { ...KEEP_ALL, [LARGEST_BATCH]: String(BATCH_BYTES), 'min.insync.replicas': String(minInsyncReplicas) };
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    const made = await makeTopics(missing.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: replication, configEntries })), admin);
    if (made.length > 0) logger.info({ topics: made, partitions, replication }, 'Made topics');
  }
  await checkPartitions(names, partitions, { admin, logger });
  const configs = await topicConfigs(names, admin);
  return Promise.all(definitions.map(async ({ name }): Promise<Topic> => {
    const kafkaName = `${prefix}${name}`;
    const config = configs.get(kafkaName);
    warnOfLoss(kafkaName, config, logger);
    return { name, kafkaName, partitions, batchBytes: await withRoom(kafkaName, config, { admin, logger }) };
  }));
};

/**
 * Makes each topic by itself. Returns the names of those that this process made: another process may be faster, which is no error. kafkajs
 * must not wait for leaders: while there is none, it makes the topic again, and reports that another process did.
 */
const makeTopics = async (topics: readonly ITopicConfig[], admin: AdminClient): Promise<string[]> => {
  const made = await Promise.all(topics.map(async (topic) => ((await admin.ask((client) => client.createTopics({ topics: [topic], waitForLeaders: false }))) ? [topic.topic] : [])));
  await waitForLeaders(topics.map(({ topic }) => topic), admin);
  return made.flat();
};

const LEADER_POLL_MS = 50;
const MOST_LEADER_POLLS = 100;

/** @throws what Kafka says when after some seconds a partition still has no leader. */
const waitForLeaders = async (names: string[], admin: AdminClient): Promise<void> => {
  for (let polls = 1; ; polls += 1) {
    try {
      const { topics } = await admin.ask((client) => client.fetchTopicMetadata({ topics: names }));
      if (topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (polls >= MOST_LEADER_POLLS) throw error;
    }
    await delay(LEADER_POLL_MS);
  }
};

const checkPartitions = async (names: readonly string[], partitions: number, { admin, logger }: { admin: AdminClient; logger: Logger }): Promise<void> => {
  const { topics } = await admin.ask((client) => client.fetchTopicMetadata({ topics: [...names] }));
  for (const { name, partitions: found } of topics) {
    if (found.length < partitions) {
      throw new KafkaSetupError(`The topic ${name} has ${found.length} partitions, and is configured to have ${partitions}. Configure ${found.length} in every process: with another number, keys move to other partitions. ${MIGRATION}`);
    }
    if (found.length > partitions) {
      logger.warn({ topic: name, found: found.length, configured: partitions }, `This topic has more partitions than are configured. The first ${partitions} are used, so no key moves; keep the configuration. ${MIGRATION}`);
    }
  }
};

/** How the number of partitions is changed without an order that breaks. */
const MIGRATION = 'To use more partitions, stop whatever appends, wait until every consumer group has no lag, stop all processes, enlarge all topics, and start all processes with the new number';

type Config = ReadonlyMap<string, { value: string; isOwn: boolean }>;

const topicConfigs = async (names: readonly string[], admin: AdminClient): Promise<ReadonlyMap<string, Config>> => {
  const resources = names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }));
  const described = await admin.ask((client) => client.describeConfigs({ resources, includeSynonyms: false }));
  return new Map(described.resources.map(({ resourceName, configEntries }) => [
    resourceName, new Map(configEntries.map((entry) => [entry.configName, { value: entry.configValue, isOwn: 'configSource' in entry && entry.configSource === SET_ON_TOPIC }])),
  ]));
};

/** Bytes that the topic takes in one batch: at least {@link BATCH_BYTES}, once it was changed where it took less. */
const withRoom = async (topic: string, config: Config | undefined, { admin, logger }: { admin: AdminClient; logger: Logger }): Promise<number> => {
  const found = Number(config?.get(LARGEST_BATCH)?.value);
  if (found >= BATCH_BYTES) return found;
  // The request sets all that a topic has of its own: what is left out falls back to the broker's.
  const own = [...(config ?? [])].filter(([name, { isOwn }]) => isOwn && name !== LARGEST_BATCH).map(([name, { value }]) => ({ name, value }));
  const configEntries = [...own, { name: LARGEST_BATCH, value: String(BATCH_BYTES) }];
  try {
    await admin.ask((client) => client.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }] }));
  } catch (error) {
    if (!(error instanceof KafkaJSProtocolError)) throw error;
    throw new KafkaSetupError(
      `The topic ${topic} takes batches of ${found} bytes, and has to take ${BATCH_BYTES}; Kafka refuses the change (${error.message}). Make it: kafka-configs.sh --bootstrap-server HOST:PORT --alter --entity-type topics --entity-name ${topic} --add-config ${LARGEST_BATCH}=${BATCH_BYTES}`,
      { cause: error },
    );
  }
  logger.info({ topic, found, bytes: BATCH_BYTES }, 'Raised the largest batch of a topic');
  return BATCH_BYTES;
};

/** Somebody may have meant it, so it isn't changed; but what is lost then is lost for good. */
const warnOfLoss = (topic: string, config: Config | undefined, logger: Logger): void => {
  for (const [setting, needed] of Object.entries(KEEP_ALL)) {
    const found = config?.get(setting)?.value;
    if (found !== needed) logger.warn({ topic, setting, found, needed }, 'This topic forgets records that nobody may have handled');
  }
};
