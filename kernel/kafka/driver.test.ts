import { Partitioners, type Message } from 'kafkajs';
import fc from 'fast-check';
import type { Logger } from '../telemetry/logger';
import { withKafka } from '../testing/real-servers';
import { keyPartition } from './key-partition';
import { openForTests } from './open-for-tests';
import { readTopic } from './read-topic';

describe('what is underneath', () => {
  it('gives each key the partition that other clients of Kafka give it', () => {
    const theirs = Partitioners.DefaultPartitioner();
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 1, max: 100 }), (key, count) => {
      const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({ partitionErrorCode: 0, partitionId, leader: 1, replicas: [], isr: [] }));
      expect(keyPartition(key, count)).toBe(theirs({ topic: 't', partitionMetadata, message: { key } as Message }));
    }), { numRuns: 50 });
  });

  withKafka((brokers) => {
    it('says nothing while all is well, and sets no timer in the past', async () => {
      const timers = jest.spyOn(globalThis, 'setTimeout');
      const said: unknown[] = [];
      const note = (...facts: unknown[]) => said.push(facts);
      const logger = { debug: () => undefined, info: () => undefined, warn: note, error: note } as unknown as Logger;
      const { kafka, close } = await openForTests(brokers, [{ name: 'things', kind: 'events' }], { logger });
      for (let value = 0; value < 20; value += 1) await kafka.log.append([{ topic: 'things', key: `${value}`, headers: {}, value: `${value}` }]);
      expect(await readTopic(kafka.log, 'things')).toHaveLength(20);
      await close();
      const times = timers.mock.calls.map(([, ms]) => ms ?? 0);
      timers.mockRestore();
      expect(said).toEqual([]);
      expect(times.length).toBeGreaterThan(0);
      expect(times.filter((ms) => ms < 0)).toEqual([]);
    });
  });
});
