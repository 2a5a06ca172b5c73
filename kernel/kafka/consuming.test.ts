import { CompressionTypes, type Message } from 'kafkajs';
import { decodeMessage } from '../messaging/envelope';
import type { LogBatch, LogRecord, NewLogRecord } from '../messaging/log';
import { silentLogger, type Logger } from '../telemetry/logger';
import { eventually } from '../testing/eventually';
import { withKafka } from '../testing/real-servers';
import { FaultyNetwork } from './faulty-network';
import { driverForTests, openForTests, withAdmin, type KafkaForTests } from './open-for-tests';

const TOPIC = 'things.events';
const record = (key: string, value: unknown): NewLogRecord => ({ topic: TOPIC, key, headers: {}, value: JSON.stringify(value) });
const acknowledgeAll = async (batch: LogBatch): Promise<void> => {
  const last = batch.records.at(-1);
  if (last) await batch.acknowledge(last);
};
const numbers = (count: number): number[] => Array.from({ length: count }, (_, value) => value);

describe('consuming from Kafka', () => {
  withKafka((brokers) => {
    let tests: KafkaForTests;
    beforeEach(async () => {
      tests = await openForTests(brokers, [{ name: TOPIC, kind: 'events' }]);
    });
    afterEach(() => tests.close());

    const collectInto = (seen: LogRecord[]) => async (batch: LogBatch): Promise<void> => {
      seen.push(...batch.records);
      await acknowledgeAll(batch);
    };
    const valuesOf = (seen: readonly LogRecord[], key: string): unknown[] => seen.filter((each) => each.key === key).map(({ value }) => JSON.parse(value) as unknown);

    it('holds back a partition that is behind, and loses nothing, while others go on', async () => {
      const { log } = await tests.another({}, { bufferRecords: 20 });
      const held = Promise.withResolvers<undefined>();
      const seen: LogRecord[] = [];
      await log.subscribe({ group: 'g', topics: [TOPIC], maxBatch: 5 }, async (batch) => {
        if (batch.records.some(({ key }) => key === 'slow')) await held.promise;
        await collectInto(seen)(batch);
      });
      for (let round = 0; round < 10; round += 1) await log.append(numbers(100).flatMap((value) => [record('slow', round * 100 + value), record('quick', round * 100 + value)]));
      await eventually(() => {
        expect(valuesOf(seen, 'quick')).toEqual(numbers(1000));
      });
      expect(valuesOf(seen, 'slow')).toEqual([]);
      held.resolve(undefined);
      await eventually(() => {
        expect(valuesOf(seen, 'slow')).toEqual(numbers(1000));
      });
    });

    it('goes on with a partition that was held back when others came and went meanwhile', async () => {
      const { log } = await tests.another({}, { bufferRecords: 5 });
      const held = Promise.withResolvers<undefined>();
      const seen: LogRecord[] = [];
      let inHand = 0;
      await log.subscribe({ group: 'g', topics: [TOPIC], maxBatch: 5 }, async (batch) => {
        inHand += 1;
        await held.promise;
        await collectInto(seen)(batch);
      });
      await log.append(numbers(600).map((value) => record(`k${value % 30}`, value)));
      await eventually(() => {
        expect(inHand).toBeGreaterThan(1);
      });
      const others: LogRecord[] = [];
      const other = await (await tests.another()).log.subscribe({ group: 'g', topics: [TOPIC] }, collectInto(others));
      await eventually(() => {
        expect(others.length).toBeGreaterThan(0);
      });
      await other.stop();
      held.resolve(undefined);
      await eventually(() => {
        expect(new Set([...seen, ...others].map(({ value }) => value)).size).toBe(600);
      });
    });

    it('fetches again what failed, though much was fetched behind it', async () => {
      const { log } = await tests.another({}, { bufferRecords: 20 });
      const seen: LogRecord[] = [];
      let failures = 0;
      await log.append(numbers(500).map((value) => record('a', value)));
      await log.subscribe({ group: 'g', topics: [TOPIC], maxBatch: 7 }, async (batch) => {
        if (failures < 10 && batch.records.some(({ value }) => Number(value) % 50 === 49)) {
          failures += 1;
          throw new Error('not yet');
        }
        await collectInto(seen)(batch);
      });
      await eventually(() => {
        expect(new Set(valuesOf(seen, 'a')).size).toBe(500);
      });
      const firsts = [...new Set(valuesOf(seen, 'a'))];
      expect(firsts).toEqual(numbers(500));
      expect(failures).toBe(10);
    });

    it('takes whatever others have written: without a key or value, with headers twice, in other bytes, compressed or in a transaction', async () => {
      const producer = driverForTests(brokers).producer({ transactionalId: `${tests.prefix}foreign`, maxInFlightRequests: 1 });
      await producer.connect();
      const topic = `${tests.prefix}${TOPIC}`;
      const strange: Message[] = [
        { key: null, value: 'no key' }, { key: 'k', value: null }, { key: Buffer.from([0xff, 0xfe]), value: Buffer.from([0xc3]) },
        { key: 'k', value: '{}', headers: { twice: ['one', Buffer.from('two')], bytes: Buffer.from([0xe4]), empty: '' } },
      ];
      await producer.send({ topic, messages: strange.map((message) => ({ ...message, partition: 0 })), compression: CompressionTypes.GZIP });
      const aborted = await producer.transaction();
      await aborted.send({ topic, messages: [{ key: 'k', value: 'undone', partition: 0 }] });
      await aborted.abort();
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: 'k', value: 'done', partition: 0 }] });
      await transaction.commit();
      await producer.send({ topic, messages: [{ key: 'k', value: 'last', partition: 0 }] });
      await producer.disconnect();

      const seen: LogRecord[] = [];
      const subscription = await tests.kafka.log.subscribe({ group: 'g', topics: [TOPIC], maxBatch: 1 }, collectInto(seen));
      await eventually(() => {
        expect(seen.map(({ key, value }) => [key, value])).toEqual([['', 'no key'], ['k', ''], ['\ufffd\ufffd', '\ufffd'], ['k', '{}'], ['k', 'done'], ['k', 'last']]);
      });
      expect(seen[3]?.headers).toEqual({ twice: 'two', bytes: '\ufffd', empty: '' });
      expect(seen.map((each) => decodeMessage(each).kind)).toEqual(Array.from(seen, () => 'malformed'));
      await subscription.stop();
      const again: LogRecord[] = [];
      await tests.kafka.log.append([record('k', 'new')]);
      await tests.kafka.log.subscribe({ group: 'g', topics: [TOPIC] }, collectInto(again));
      await eventually(() => {
        expect(again.map(({ value }) => value)).toEqual(['"new"']);
      });
    });

    it('begins anew by itself when it lost Kafka, from what was acknowledged, and says so in its health', async () => {
      const network = new FaultyNetwork();
      const { log, health } = await tests.another({ sessionTimeoutMs: 6000 }, { connect: network.connect });
      const seen: LogRecord[] = [];
      await log.subscribe({ group: 'g', topics: [TOPIC] }, collectInto(seen));
      await log.append([record('a', 0)]);
      await eventually(() => {
        expect(valuesOf(seen, 'a')).toEqual([0]);
      });
      for (const round of [1, 2]) {
        network.cut();
        await tests.kafka.log.append([record('a', round)]);
        await eventually(() => {
          expect(health.problem()).toBeDefined();
        });
        network.heal();
        await eventually(() => {
          expect([...new Set(valuesOf(seen, 'a'))]).toEqual(numbers(round + 1));
          expect(health.problem()).toBeUndefined();
        });
      }
    });

    it('gives an alarm with the count of records that were deleted before the group had handled them, and goes on after them', async () => {
      const alarms: unknown[] = [];
      const { log } = await tests.another({ logger: { ...silentLogger, error: (...facts: unknown[]) => alarms.push(facts) } as unknown as Logger });
      const first = await log.subscribe({ group: 'trimmed', topics: [TOPIC] }, acknowledgeAll);
      await log.append([record('a', 0)]);
      await eventually(async () => {
        expect((await log.lag('trimmed')).reduce((sum, { lag }) => sum + lag, 0)).toBe(0);
      });
      await first.stop();
      await log.append(numbers(7).map((value) => record('a', value + 1)));
      const topic = `${tests.prefix}${TOPIC}`;
      await withAdmin(brokers, async (admin) => {
        const full = (await admin.fetchTopicOffsets(topic)).filter(({ high }) => high !== '0');
        await admin.deleteTopicRecords({ topic, partitions: full.map(({ partition }) => ({ partition, offset: '6' })) });
      });
      const seen: LogRecord[] = [];
      await log.subscribe({ group: 'trimmed', topics: [TOPIC] }, collectInto(seen));
      await eventually(() => {
        expect(valuesOf(seen, 'a')).toEqual([6, 7]);
      });
      expect(alarms[0]).toMatchObject([{ group: 'trimmed', topic, records: 5 }, 'Records were deleted that this group had not handled']);
    });

    it('begins again at the first record when its place is behind the end of what Kafka has, as after a broker lost its last records', async () => {
      await withAdmin(brokers, (admin) =>
        admin.setOffsets({ groupId: `${tests.prefix}far`, topic: `${tests.prefix}${TOPIC}`, partitions: numbers(12).map((partition) => ({ partition, offset: '5' })) }));
      const seen: LogRecord[] = [];
      const subscription = await tests.kafka.log.subscribe({ group: 'far', topics: [TOPIC] }, collectInto(seen));
      await tests.kafka.log.append([record('a', 0), record('a', 1)]);
      await eventually(() => {
        expect(valuesOf(seen, 'a')).toEqual([0, 1]);
      });
      await subscription.stop();
    });

    it('stops quickly when it is idle, when it joins, and when Kafka is gone', async () => {
      const network = new FaultyNetwork();
      const { log } = await tests.another({}, { connect: network.connect, fetchWaitMs: 250 });
      const timed = async (work: () => Promise<unknown>): Promise<number> => {
        const begun = performance.now();
        await work();
        return performance.now() - begun;
      };
      const seen: LogRecord[] = [];
      const idle = await log.subscribe({ group: 'idle', topics: [TOPIC] }, collectInto(seen));
      await log.append([record('a', 0)]);
      await eventually(() => {
        expect(seen).toHaveLength(1);
      });
      expect(await timed(() => idle.stop())).toBeLessThan(1000);
      const joining = await log.subscribe({ group: 'joining', topics: [TOPIC] }, acknowledgeAll);
      expect(await timed(() => joining.stop())).toBeLessThan(1500);
      // Whoever comes next is not kept waiting for a member that is no more.
      const next: LogRecord[] = [];
      await log.subscribe({ group: 'joining', topics: [TOPIC] }, collectInto(next));
      expect(await timed(() => eventually(() => {
        expect(next).toHaveLength(1);
      }))).toBeLessThan(3000);
      const lonely = await log.subscribe({ group: 'lonely', topics: [TOPIC] }, acknowledgeAll);
      network.cut();
      expect(await timed(() => lonely.stop())).toBeLessThan(4000);
      network.heal();
    });
  });
});
