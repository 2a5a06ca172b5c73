import { randomUUID } from 'node:crypto';
import { ConfigResourceTypes, Kafka as Driver, logLevel, type Admin } from 'kafkajs';
import { silentLogger } from '../telemetry/logger';
import { eventually } from '../testing/eventually';
import { deleteKafkaData } from './delete-all';
import { openKafka, type Kafka } from './open-kafka';
import type { KafkaOptions, TopicDefinition, Tuning } from './options';

/** Quicker than a system wants it, as each request costs something. */
const QUICK: Partial<Tuning> = { fetchWaitMs: 30, heartbeatMs: 50, commitEveryMs: 1, pingEveryMs: 100 };

export interface KafkaForTests {
  kafka: Kafka;
  /** Opens another one beside it, as a process of its own has it. */
  another(options?: Partial<KafkaOptions>, tuning?: Partial<Tuning>): Promise<Kafka>;
  prefix: string;
  close(): Promise<void>;
}

/** The bare driver, for tests to look past the log. */
export const driverForTests = (brokers: readonly string[]): Driver => new Driver({ clientId: 'test', brokers: [...brokers], logLevel: logLevel.NOTHING });

export const withAdmin = async <T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = driverForTests(brokers).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
};

/** Returns the settings of a topic, named in full. */
export const topicSettings = (brokers: readonly string[], topic: string): Promise<Readonly<Record<string, string>>> => withAdmin(brokers, async (admin) => {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] });
  return Object.fromEntries(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]) ?? []);
});

/** Changes settings of a topic, and waits until the broker reports them: it confirms a change before it applies it. */
export const changeTopic = async (brokers: readonly string[], topic: string, settings: Readonly<Record<string, string>>): Promise<void> => {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await withAdmin(brokers, (admin) => admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }] }));
  await eventually(async () => {
    const found = await topicSettings(brokers, topic);
    const missing = Object.entries(settings).filter(([name, value]) => found[name] !== value);
    if (missing.length > 0) throw new Error(`${topic} has other settings than ${JSON.stringify(Object.fromEntries(missing))}`);
  });
};

/** A log with topics and groups of its own, which go with it. */
export const openForTests = async (
  brokers: readonly string[],
  topics: readonly TopicDefinition[],
  options: Partial<KafkaOptions> = {},
  tuning: Partial<Tuning> = {},
): Promise<KafkaForTests> => {
  const prefix = `test-${randomUUID()}-`;
  const opened: Kafka[] = [];
  const another = async (otherOptions: Partial<KafkaOptions> = {}, otherTuning: Partial<Tuning> = {}): Promise<Kafka> => {
    const kafka = await openKafka(
      { brokers, clientId: 'test', logger: silentLogger, prefix, topics, backOff: { firstMs: 1, longestMs: 20 }, ...options, ...otherOptions },
      { ...QUICK, ...tuning, ...otherTuning },
    );
    opened.push(kafka);
    return kafka;
  };
  return {
    kafka: await another(),
    another,
    prefix,
    close: async () => {
      await Promise.all(opened.map((kafka) => kafka.close()));
      await deleteKafkaData(brokers, prefix);
    },
  };
};
