import type { LogRecord } from '../messaging/log';
import { eventually } from '../testing/eventually';
import { withKafka } from '../testing/real-servers';
import { driverForTests, openForTests, withAdmin, type KafkaForTests } from './open-for-tests';
import type { TopicDefinition } from './options';
import { readTopic } from './read-topic';

const TOPIC = 'things.commands';
const TOPICS: TopicDefinition[] = [{ name: TOPIC, kind: 'commands' }];
const HOUR_MS = 60 * 60 * 1000;

describe('old commands on Kafka', () => {
  withKafka((brokers) => {
    let tests: KafkaForTests;
    beforeEach(async () => {
      tests = await openForTests(brokers, TOPICS, { topicSettings: { partitions: 1 } });
    });
    afterEach(() => tests.close());

    /** Sends these values as they would have been sent so many hours ago. */
    const sendAged = async (values: readonly [value: string, hours: number][]): Promise<void> => {
      const producer = driverForTests(brokers).producer();
      await producer.connect();
      for (const [value, hours] of values) await producer.send({ topic: `${tests.prefix}${TOPIC}`, messages: [{ key: 'k', value, timestamp: String(Date.now() - hours * HOUR_MS) }] });
      await producer.disconnect();
    };

    /** Has a group handle everything up to and including a value. */
    const handle = async (group: string, upTo: string): Promise<void> => {
      const done = Promise.withResolvers<undefined>();
      const subscription = await tests.kafka.log.subscribe({ group, topics: [TOPIC] }, async (batch) => {
        const last = batch.records.find(({ value }: LogRecord) => value === upTo);
        if (!last) return;
        await batch.acknowledge(last);
        done.resolve(undefined);
      });
      await done.promise;
      await subscription.stop();
    };

    const retaining = (groups: readonly string[]) => tests.another({ retention: { keepMs: 24 * HOUR_MS, everyMs: 5, groups: { [TOPIC]: groups } } });
    const values = async () => (await readTopic(tests.kafka.log, TOPIC)).map(({ value }) => value);
    const firstOffset = () => withAdmin(brokers, async (admin) => (await admin.fetchTopicOffsets(`${tests.prefix}${TOPIC}`))[0]?.low);

    it('go when they are older than the time to keep and every group has handled them', async () => {
      await sendAged([['a', 50], ['b', 49], ['c', 48], ['d', 47], ['e', 1]]);
      await handle('one', 'e');
      await handle('two', 'c');
      await retaining(['one', 'two']);
      await eventually(async () => {
        expect(await firstOffset()).toBe('3');
      });
      await handle('two', 'e');
      await eventually(async () => {
        expect(await firstOffset()).toBe('4');
      });
      await tests.kafka.log.append([{ topic: TOPIC, key: 'k', headers: {}, value: 'f' }]);
      expect(await values()).toEqual(['e', 'f']);
      expect((await tests.kafka.log.lag('two')).map(({ lag }) => lag)).toEqual([1]);
    });

    it('stay, all of them, for a group that has never committed', async () => {
      await sendAged([['a', 50], ['b', 49]]);
      await handle('one', 'b');
      const two = await retaining(['one', 'never']);
      // A log beside it that may delete shows when there was time to.
      const other = await openForTests(brokers, TOPICS, { topicSettings: { partitions: 1 } });
      await two.close();
      expect(await values()).toEqual(['a', 'b']);
      await other.close();
    });

    it('are deleted by several processes at a time', async () => {
      await sendAged(Array.from({ length: 20 }, (_, index): [string, number] => [`v${index}`, 100 - index]));
      await handle('one', 'v9');
      await Promise.all([retaining(['one']), retaining(['one']), retaining(['one'])]);
      await eventually(async () => {
        expect(await firstOffset()).toBe('10');
      });
      expect(await values()).toEqual(Array.from({ length: 10 }, (_, index) => `v${index + 10}`));
    });

    it('are deleted of topics of commands only', async () => {
      const events: TopicDefinition[] = [{ name: TOPIC, kind: 'events' }];
      await expect(tests.another({ topics: events, retention: { groups: { [TOPIC]: ['one'] } } })).rejects.toThrow(`${TOPIC} is no topic of commands`);
    });
  });
});
