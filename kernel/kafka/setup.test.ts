import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { NewLogRecord } from '../messaging/log';
import { silentLogger } from '../telemetry/logger';
import { eventually } from '../testing/eventually';
import { withKafka } from '../testing/real-servers';
import { openKafka } from './open-kafka';
import { changeTopic, openForTests, topicSettings, withAdmin } from './open-for-tests';
import type { KafkaOptions } from './options';
import { readTopic } from './read-topic';
import { KafkaSetupError } from './setup-error';

const options = (brokers: readonly string[], more: Partial<KafkaOptions> = {}): KafkaOptions =>
  ({ brokers, clientId: 'test', logger: silentLogger, prefix: `test-${randomUUID()}-`, topics: [{ name: 'things', kind: 'commands' }], backOff: { firstMs: 1, longestMs: 10 }, ...more });

/** Something that says it speaks these versions of Kafka's protocol. */
const brokerSpeaking = async (versions: readonly [api: number, least: number, most: number][]): Promise<{ server: Server; address: string }> => {
  const server = createServer((socket) => {
    socket.on('data', () => {
      const answer = Buffer.alloc(14 + 6 * versions.length);
      answer.writeInt32BE(answer.length - 4, 0);
      answer.writeInt32BE(versions.length, 10);
      for (const [index, version] of versions.entries()) for (const [place, number] of version.entries()) answer.writeInt16BE(number, 14 + 6 * index + 2 * place);
      socket.write(answer.subarray(0, 7));
      socket.write(answer.subarray(7));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
};

describe('opening Kafka', () => {
  it.each<[string, [number, number, number][], string]>([
    ['too old', [[0, 0, 3], [1, 0, 7]], "is too old: it doesn't know Produce in version 7. Kafka 2.1 or newer is needed"],
    ['without idempotent producers', [[0, 0, 7], [1, 0, 10], [11, 0, 3], [21, 0, 1]], "is too old: it doesn't know InitProducerId in version 1"],
    ['too new', [[0, 9, 12]], 'is too new: it no longer knows Produce in version 7'],
  ])('says at once that a broker is %s', async (_what, versions, reason) => {
    const { server, address } = await brokerSpeaking(versions);
    const opened = openKafka(options([address]));
    await expect(opened).rejects.toThrow(KafkaSetupError);
    await expect(opened).rejects.toThrow(reason);
    server.close();
  });

  it('waits for a broker that is not there, and says so', async () => {
    const stop = new AbortController();
    const said: unknown[] = [];
    const opened = openKafka(options(['127.0.0.1:1'], { signal: stop.signal, logger: { ...silentLogger, warn: (...facts: unknown[]) => said.push(facts) } as KafkaOptions['logger'] }));
    await eventually(() => {
      expect(said).toMatchObject([[{ brokers: ['127.0.0.1:1'] }, 'Waiting for Kafka']]);
    });
    stop.abort(new Error('enough'));
    await expect(opened).rejects.toThrow('enough');
  });

  withKafka((brokers) => {
    it('makes its topics so that nothing expires by itself', async () => {
      const { prefix, close } = await openForTests(brokers, [{ name: 'things', kind: 'events' }], { topicSettings: { partitions: 3 } });
      await withAdmin(brokers, async (admin) => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [`${prefix}things`] });
        expect(topics[0]?.partitions).toHaveLength(3);
      });
      expect(await topicSettings(brokers, `${prefix}things`))
        .toMatchObject({ 'max.message.bytes': '8388608', 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete', 'min.insync.replicas': '1' });
      await close();
    });

    it('is opened by several processes at a time', async () => {
      const shared = options(brokers, { topics: [{ name: 'one', kind: 'events' }, { name: 'two', kind: 'events' }] });
      const opened = await Promise.all([openKafka(shared), openKafka(shared), openKafka(shared)]);
      await Promise.all(opened.map(({ log }) => log.append([{ topic: 'one', key: 'a', headers: {}, value: '1' }])));
      await Promise.all(opened.map((kafka) => kafka.close()));
      await withAdmin(brokers, (admin) => admin.deleteTopics({ topics: [`${shared.prefix ?? ''}one`, `${shared.prefix ?? ''}two`] }));
    });

    it('raises what a topic takes in one batch where it is too little, and leaves its other settings', async () => {
      const { prefix, another, close } = await openForTests(brokers, [{ name: 'things', kind: 'commands' }]);
      const settings = { 'max.message.bytes': '1000000', 'retention.ms': '7200000', 'segment.bytes': '20000000' };
      await changeTopic(brokers, `${prefix}things`, settings);
      const { log } = await another();
      await eventually(async () => expect(await topicSettings(brokers, `${prefix}things`)).toMatchObject({ ...settings, 'max.message.bytes': '8388608' }));
      await log.append([{ topic: 'things', key: 'a', headers: {}, value: 'x'.repeat(7_900_000) }]);
      await close();
    });

    it('says that it made a topic when this process made it, and not when another one did', async () => {
      const made: string[] = [];
      const logger = { ...silentLogger, info: (facts: { topics?: string[] }, message: string) => message === 'Made topics' && made.push(...(facts.topics ?? [])) } as unknown as KafkaOptions['logger'];
      const topics = [{ name: 'one', kind: 'events' as const }, { name: 'two', kind: 'events' as const }];
      const shared = options(brokers, { topics, logger });
      const opened = await Promise.all([openKafka(shared), openKafka(shared), openKafka({ ...shared, topics: topics.slice(1) })]);
      await Promise.all(opened.map((kafka) => kafka.close()));
      const names = topics.map(({ name }) => `${shared.prefix ?? ''}${name}`);
      expect(made.sort()).toEqual(names);
      await withAdmin(brokers, (admin) => admin.deleteTopics({ topics: names }));
    });

    it('goes on with the partitions that are configured when a topic was enlarged, so that no key moves, and says how to migrate', async () => {
      const tests = await openForTests(brokers, [{ name: 'things', kind: 'commands' }], { topicSettings: { partitions: 3 } });
      const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
      const records = keys.map((key): NewLogRecord => ({ topic: 'things', key, headers: {}, value: '1' }));
      await tests.kafka.log.append(records);
      await withAdmin(brokers, (admin) => admin.createPartitions({ topicPartitions: [{ topic: `${tests.prefix}things`, count: 6 }] }));
      const said: unknown[] = [];
      const { log } = await tests.another({ topicSettings: { partitions: 3 }, logger: { ...silentLogger, warn: (...facts: unknown[]) => said.push(facts) } as KafkaOptions['logger'] });
      expect(said).toMatchObject([[{ topic: `${tests.prefix}things`, found: 6, configured: 3 }, expect.stringContaining('keep the configuration. To use more partitions, stop whatever appends') as string]]);
      await log.append(records);
      const read = await readTopic(log, 'things');
      expect(read).toHaveLength(80);
      for (const ofKey of Map.groupBy(read, ({ key }) => key).values()) expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
      await tests.close();
    });

    it('says at once that a topic has fewer partitions than configured', async () => {
      const tests = await openForTests(brokers, [{ name: 'things', kind: 'events' }], { topicSettings: { partitions: 3 } });
      const opened = tests.another({ topicSettings: { partitions: 6 } });
      await expect(opened).rejects.toThrow(KafkaSetupError);
      await expect(opened).rejects.toThrow(`The topic ${tests.prefix}things has 3 partitions, and is configured to have 6. Configure 3 in every process: with another number, keys move to other partitions`);
      await tests.close();
    });

    it('says at once that there are too few brokers', async () => {
      const opened = openKafka(options(brokers, { topicSettings: { replication: 50 } }));
      await expect(opened).rejects.toThrow(KafkaSetupError);
      await expect(opened).rejects.toThrow(/^Topics are to be kept on 50 brokers each, and Kafka has \d+/);
    });

    it('says at once that nothing could ever be appended', async () => {
      const opened = openKafka(options(brokers, { topicSettings: { replication: 1, minInsyncReplicas: 2 } }));
      await expect(opened).rejects.toThrow(KafkaSetupError);
      await expect(opened).rejects.toThrow('Of each record there are to be 2 copies before it counts, and topics have a replication of 1: nothing could ever be appended');
    });

    it('warns of a topic that forgets', async () => {
      const tests = await openForTests(brokers, [{ name: 'things', kind: 'events' }]);
      await changeTopic(brokers, `${tests.prefix}things`, { 'retention.ms': '3600000' });
      const said: unknown[] = [];
      await tests.another({ logger: { ...silentLogger, warn: (...facts: unknown[]) => said.push(facts) } as KafkaOptions['logger'] });
      expect(said).toMatchObject([[{ setting: 'retention.ms', found: '3600000' }, 'This topic forgets records that nobody may have handled']]);
      await tests.close();
    });
  });
});
