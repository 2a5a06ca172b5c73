import { UnavailableError } from '../health/unavailable-error';
import type { NewLogRecord } from '../messaging/log';
import { eventually } from '../testing/eventually';
import { withKafka } from '../testing/real-servers';
import { FaultyNetwork } from './faulty-network';
import { changeTopic, openForTests, type KafkaForTests } from './open-for-tests';
import { readTopic } from './read-topic';
import { RecordTooLargeError } from '../messaging/record-too-large-error';

const TOPIC = 'things.commands';
const record = (key: string, value: unknown): NewLogRecord => ({ topic: TOPIC, key, headers: { name: key }, value: JSON.stringify(value) });

describe('appending to Kafka', () => {
  withKafka((brokers) => {
    let network: FaultyNetwork;
    let tests: KafkaForTests | undefined;
    beforeEach(() => {
      network = new FaultyNetwork();
    });
    afterEach(async () => {
      network.heal();
      await tests?.close();
      tests = undefined;
    });

    /** A log whose own connections are those of the faulty network, and one beside it that reads. */
    const open = async (appendTimeoutMs: number, queueBytes?: number) => {
      tests = await openForTests(brokers, [{ name: TOPIC, kind: 'commands' }]);
      const { log, health } = await tests.another({ appendTimeoutMs }, { connect: network.connect, ...(queueBytes !== undefined && { queueBytes }) });
      await log.append([record('a', 'first')]);
      const reader = tests.kafka.log;
      return { log, health, values: async (key = 'a') => (await readTopic(reader, TOPIC)).filter((each) => each.key === key).map(({ value }) => JSON.parse(value) as unknown) };
    };

    it('stores once what it has to send again, as the answer was lost', async () => {
      const { log, values } = await open(10_000);
      network.loseAnswerToNextProduced();
      await log.append([record('a', 1), record('a', 2)]);
      await log.append([record('a', 3)]);
      expect(await values()).toEqual(['first', 1, 2, 3]);
    });

    it('stores what comes after a send that was given up, though Kafka had stored that one', async () => {
      const { log, values } = await open(1000);
      network.loseAnswers();
      await expect(log.append([record('a', 'given up')])).rejects.toThrow(UnavailableError);
      network.heal();
      await eventually(() => log.append([record('a', 'after it')]));
      expect((await values()).at(-1)).toBe('after it');
    });

    it('says within the time that it is not known, or that it was not sent, and goes on by itself', async () => {
      const { log, values } = await open(1000);
      network.cut();
      const begun = performance.now();
      const [inFlight, waiting] = [log.append([record('a', 'in flight')]), log.append([record('b', 'in flight')])];
      await expect(inFlight).rejects.toThrow(UnavailableError);
      await expect(waiting).rejects.toThrow(UnavailableError);
      await expect(log.append([record('a', 'waits')])).rejects.toThrow(/it was not sent/);
      expect(performance.now() - begun).toBeLessThan(4000);
      network.heal();
      await eventually(() => log.append([record('a', 'again')]));
      const stored = await values();
      expect(stored.at(-1)).toBe('again');
      expect(stored).not.toContain('waits');
    });

    it('keeps the order of the calls while connections break', async () => {
      const { log, values } = await open(10_000);
      const appends: Promise<void>[] = [];
      for (let value = 0; value < 200; value += 1) {
        appends.push(log.append([record('a', value)]));
        if (value % 50 === 25) {
          network.loseAnswerToNextProduced();
          await appends.at(-1);
        }
      }
      await Promise.all(appends);
      expect(await values()).toEqual(['first', ...Array.from({ length: 200 }, (_, value) => value)]);
    });

    it('refuses at once what would have to wait behind too much', async () => {
      const { log, values } = await open(10_000, 2000);
      const big = record('a', 'x'.repeat(1500));
      const first = log.append([big]);
      await expect(log.append([big])).rejects.toThrow(/wait to be sent already/);
      await first;
      await log.append([record('a', 'then')]);
      expect(await values()).toHaveLength(3);
    });

    it('sends more than a topic takes at once in parts', async () => {
      const { log, values } = await open(10_000);
      await log.append(Array.from({ length: 30 }, (_, value) => record('a', `${value} ${'ü'.repeat(100_000)}`)));
      expect((await values()).map((value) => parseInt(String(value), 10)).slice(1)).toEqual(Array.from({ length: 30 }, (_, value) => value));
    });

    it('refuses a record that is larger than its topic takes, for good, and nothing beside it', async () => {
      const { log, values } = await open(10_000);
      const large = log.append([record('a', 'with it'), record('a', 'x'.repeat(8_100_000))]);
      const beside = log.append([record('a', 'beside')]);
      await expect(large).rejects.toThrow(RecordTooLargeError);
      await beside;
      expect(await values()).toEqual(['first', 'beside']);
    });

    it('finds out which one it is when Kafka refuses some of what was sent', async () => {
      const { log, values } = await open(10_000);
      await changeTopic(brokers, `${tests?.prefix ?? ''}${TOPIC}`, { 'max.message.bytes': '2000' });
      await eventually(async () => {
        const error: unknown = await log.append([record('b', 'x'.repeat(5000))]).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(Error);
        expect(error).not.toBeInstanceOf(UnavailableError);
      });
      const appends = [record('a', 1), record('a', 'x'.repeat(5000)), record('a', 2)].map((each) => log.append([each]));
      expect((await Promise.allSettled(appends)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((await values()).filter((value) => value !== 'first')).toEqual([1, 2]);
    });

    it('refuses a topic that it was not given', async () => {
      const { log } = await open(10_000);
      await expect(log.append([{ ...record('a', 1), topic: 'elsewhere' }])).rejects.toThrow('elsewhere is none of the topics');
    });

    it('says in its health what is wrong, and that it no longer is', async () => {
      const { log, health } = await open(1000);
      expect(health.problem()).toBeUndefined();
      network.cut();
      await eventually(() => {
        expect(health.problem()).toMatch(/^Kafka can't be reached/);
      });
      await expect(log.append([record('a', 1)])).rejects.toThrow(UnavailableError);
      network.heal();
      await eventually(() => {
        expect(health.problem()).toBeUndefined();
      });
    });
  });
});
