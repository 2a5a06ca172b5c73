import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HandleBatch, Log, LogBatch, LogRecord, LogSubscription, NewLogRecord } from '../messaging/log';
import { eventually } from './eventually';

const TOPIC = 'things.commands';
const record = (key: string, value: string | number, topic = TOPIC): NewLogRecord => ({ topic, key, headers: { name: `${key} ${value}` }, value: JSON.stringify(value) });

const acknowledgeAll = async (batch: LogBatch): Promise<void> => {
  const last = batch.records.at(-1);
  if (last) await batch.acknowledge(last);
};

const valuesOf = (records: readonly LogRecord[], key: string): unknown[] => records.filter((each) => each.key === key).map(({ value }) => JSON.parse(value) as unknown);

interface LogContractOptions {
  /** How many batches of one partition the log hands out at a time where three are asked for. */
  mostBatchesInHand?: 1 | 3;
  /**
   * How a partition goes from one member of a group to another: when the batch in hand is done, or at once, while it may still be in hand. One
   * at a time is what a log inside one process can promise.
   */
  handsOver?: 'one at a time' | 'abruptly';
}

/** What every log promises: at least once, in order per key, each group for itself. */
export const logContract = (
  open: () => Promise<{ log: Log; close(): Promise<void> }>,
  { mostBatchesInHand = 3, handsOver = 'one at a time' }: LogContractOptions = {},
): void => {
  describe('a log', () => {
    let log: Log;
    let close: () => Promise<void>;
    let subscriptions: LogSubscription[];
    beforeEach(async () => {
      ({ log, close } = await open());
      subscriptions = [];
    });
    afterEach(async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
      await close();
    });

    const subscribe = async (group: string, handle: HandleBatch, topics: string[] = [TOPIC], maxBatch?: number): Promise<LogSubscription> => {
      const subscription = await log.subscribe({ group, topics, ...(maxBatch !== undefined && { maxBatch }) }, handle);
      subscriptions.push(subscription);
      return subscription;
    };

    /** Takes everything, and acknowledges it. */
    const collect = async (group: string, topics?: string[]): Promise<LogRecord[]> => {
      const seen: LogRecord[] = [];
      await subscribe(group, async (batch) => {
        seen.push(...batch.records);
        await acknowledgeAll(batch);
      }, topics);
      return seen;
    };

    it('gives a new group everything, as it was appended, in order per key', async () => {
      for (let value = 0; value < 30; value += 1) await log.append([record('a', value), record('b', value), record('c', `ü "${value}" 🧪`)]);
      const seen = await collect('g');
      await log.append([record('a', 30)]);
      await eventually(() => {
        expect(seen).toHaveLength(91);
      });
      expect(valuesOf(seen, 'a')).toEqual(Array.from({ length: 31 }, (_, index) => index));
      expect(valuesOf(seen, 'b')).toEqual(Array.from({ length: 30 }, (_, index) => index));
      expect(valuesOf(seen, 'c')).toEqual(Array.from({ length: 30 }, (_, index) => `ü "${index}" 🧪`));
      expect(seen.every(({ headers, key, value, topic }) => headers.name === `${key} ${String(JSON.parse(value))}` && topic === TOPIC)).toBe(true);
    });

    it('keeps one key in one partition, whose offsets grow', async () => {
      await log.append(Array.from({ length: 100 }, (_, index) => record(`k${index % 20}`, index)));
      const seen = await collect('g');
      await eventually(() => {
        expect(seen).toHaveLength(100);
      });
      for (const ofKey of Map.groupBy(seen, ({ key }) => key).values()) {
        expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
        expect(ofKey.every(({ offset }, index) => index === 0 || offset > (ofKey[index - 1]?.offset ?? 0n))).toBe(true);
      }
    });

    it('gives each group everything, and each only its topics', async () => {
      const [one, two, other] = [await collect('one'), await collect('two'), await collect('other', ['others'])];
      await log.append([record('a', 1), record('a', 2), record('a', 3, 'others')]);
      await eventually(() => {
        expect([valuesOf(one, 'a'), valuesOf(two, 'a'), valuesOf(other, 'a')]).toEqual([[1, 2], [1, 2], [3]]);
      });
    });

    it('gives again what was not acknowledged, and nothing that was', async () => {
      await log.append([record('a', 1), record('a', 2), record('a', 3)]);
      const first = Promise.withResolvers<undefined>();
      const before = await subscribe('g', async (batch) => {
        const second = batch.records.find(({ value }) => value === '2');
        if (second) await batch.acknowledge(second);
        if (batch.records.some(({ value }) => value === '3')) first.resolve(undefined);
      });
      await first.promise;
      await before.stop();
      const seen = await collect('g');
      await eventually(() => {
        expect(valuesOf(seen, 'a')).toEqual([3]);
      });
    });

    it('takes no acknowledgement back', async () => {
      await log.append([record('a', 1), record('a', 2)]);
      const done = Promise.withResolvers<undefined>();
      const before = await subscribe('g', async (batch) => {
        await acknowledgeAll(batch);
        for (const each of batch.records) await batch.acknowledge(batch.records[0] ?? each);
        if (batch.records.some(({ value }) => value === '2')) done.resolve(undefined);
      });
      await done.promise;
      await before.stop();
      await log.append([record('a', 3)]);
      const seen = await collect('g');
      await eventually(() => {
        expect(valuesOf(seen, 'a')).toEqual([3]);
      });
    });

    it('gives a batch that failed again, from the first record that is not acknowledged', async () => {
      const seen: unknown[] = [];
      let failures = 0;
      await subscribe('g', async (batch) => {
        for (const each of batch.records) {
          seen.push(JSON.parse(each.value));
          if (each.value === '2' && failures < 2) {
            failures += 1;
            throw new Error('not yet');
          }
          await batch.acknowledge(each);
        }
      });
      await log.append([record('a', 0)]);
      await eventually(() => {
        expect(seen).toEqual([0]);
      });
      await log.append([record('a', 1), record('a', 2), record('a', 3)]);
      await eventually(() => {
        expect(seen).toEqual([0, 1, 2, 2, 2, 3]);
      });
    });

    it('goes on with other partitions while one fails', async () => {
      await log.append(Array.from({ length: 40 }, (_, index) => record(`k${index}`, index)));
      const seen = new Set<string>();
      await subscribe('g', async (batch) => {
        if (batch.records.some(({ key }) => key === 'k0')) throw new Error('broken');
        for (const { key } of batch.records) seen.add(key);
        await acknowledgeAll(batch);
      }, [TOPIC], 1);
      // With one record in a batch, whatever is in k0's partition in front of it is handled too.
      await eventually(() => {
        expect(seen.size).toBeGreaterThan(10);
      });
      expect(seen.has('k0')).toBe(false);
    });

    it('hands out one batch of a partition at a time, of different partitions side by side, and none too big', async () => {
      await log.append(Array.from({ length: 200 }, (_, index) => record(`k${index}`, index)));
      const inHand = new Set<number>();
      const overlaps: number[] = [];
      const sizes: number[] = [];
      let most = 0;
      await subscribe('g', async (batch) => {
        if (inHand.has(batch.partition)) overlaps.push(batch.partition);
        inHand.add(batch.partition);
        most = Math.max(most, inHand.size);
        await nextTurn();
        await acknowledgeAll(batch);
        inHand.delete(batch.partition);
        sizes.push(batch.records.filter(({ partition }) => partition === batch.partition).length);
      }, [TOPIC], 7);
      await eventually(() => {
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200);
      });
      expect(overlaps).toEqual([]);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
      expect(most).toBeGreaterThan(1);
    });

    describe('of which several batches of one partition may be in hand', () => {
      const subscribeOverlapping = async (handle: HandleBatch): Promise<void> => {
        subscriptions.push(await log.subscribe({ group: 'g', topics: [TOPIC], maxBatch: 2, batchesInHand: 3 }, handle));
      };
      const firstOf = (batch: LogBatch): unknown => valuesOf(batch.records, 'a')[0];

      it('hands them out in order, and no more than that', async () => {
        await log.append(Array.from({ length: 12 }, (_, index) => record('a', index)));
        const seen: unknown[] = [];
        const release = Promise.withResolvers<undefined>();
        let [inHand, most] = [0, 0];
        let before: Promise<void> = Promise.resolve();
        await subscribeOverlapping(async (batch) => {
          seen.push(...valuesOf(batch.records, 'a'));
          inHand += 1;
          most = Math.max(most, inHand);
          if (most === mostBatchesInHand) release.resolve(undefined);
          before = Promise.all([before, release.promise]).then(() => acknowledgeAll(batch));
          await before;
          inHand -= 1;
        });
        await eventually(() => {
          expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => index));
        });
        expect(most).toBe(mostBatchesInHand);
      });

      it('hands out none behind one that failed before all have settled, then goes on from the first record that is not acknowledged', async () => {
        await log.append(Array.from({ length: 12 }, (_, index) => record('a', index)));
        const handedOut: { first: unknown; besides: number }[] = [];
        const failed = Promise.withResolvers<undefined>();
        let inHand = 0;
        await subscribeOverlapping(async (batch) => {
          const first = firstOf(batch);
          const isAgain = handedOut.some((other) => other.first === first);
          handedOut.push({ first, besides: inHand });
          inHand += 1;
          try {
            if (first === 2 && !isAgain) throw new Error('not yet');
            // With one at a time, the one that fails comes only when this one is done.
            if (first === 0 && mostBatchesInHand > 1) await failed.promise;
            if (first === 0 || isAgain) await acknowledgeAll(batch);
          } finally {
            inHand -= 1;
            if (first === 2) setImmediate(() => {
              failed.resolve(undefined);
            });
          }
        });
        await eventually(() => {
          expect(handedOut.filter(({ first }) => first === 2)).toHaveLength(2);
        });
        const again = handedOut.findIndex(({ first }, index) => first === 2 && handedOut.slice(0, index).some((other) => other.first === 2));
        expect(handedOut[again]).toEqual({ first: 2, besides: 0 });
        expect(handedOut.slice(0, again).filter(({ first }) => first === 0)).toHaveLength(1);
      });
    });

    it('shares the partitions of a group among its members, and loses nothing when members come and go', async () => {
      const seen: LogRecord[] = [];
      const byMember = new Map<string, number>();
      const inHand = new Set<number>();
      const overlaps: number[] = [];
      const member = (name: string) => subscribe('g', async (batch) => {
        if (inHand.has(batch.partition)) overlaps.push(batch.partition);
        inHand.add(batch.partition);
        seen.push(...batch.records);
        byMember.set(name, (byMember.get(name) ?? 0) + batch.records.length);
        for (let turn = 0; turn < 3; turn += 1) await nextTurn();
        await acknowledgeAll(batch);
        inHand.delete(batch.partition);
      });
      const append = (from: number) => log.append(Array.from({ length: 60 }, (_, index) => record(`k${index}`, from)));
      const one = await member('one');
      await append(1);
      await eventually(() => {
        expect(byMember.get('one')).toBeGreaterThan(0);
      });
      await append(1);
      await member('two');
      for (let round = 2; !byMember.has('two'); round += 1) {
        await append(round);
        await nextTurn();
      }
      await append(1_000_000);
      await one.stop();
      await append(2_000_000);
      await eventually(() => {
        // Where partitions are taken away abruptly, what was handled and not committed by then comes again.
        const once = handsOver === 'one at a time' ? seen : [...new Map(seen.map((each) => [`${each.partition}/${each.offset}`, each])).values()];
        for (let key = 0; key < 60; key += 1) expect(valuesOf(once, `k${key}`).slice(-2)).toEqual([1_000_000, 2_000_000]);
      });
      if (handsOver === 'one at a time') expect(overlaps).toEqual([]);
    });

    it('tells of a partition in which a batch keeps failing, with its key and error, until it is done', async () => {
      let isFailing = true;
      await subscribe('g', async (batch) => {
        if (isFailing && batch.records.some(({ key }) => key === 'a')) throw new Error('no way through');
        await acknowledgeAll(batch);
      });
      expect(log.failing()).toEqual([]);
      await log.append([record('a', 1), record('b', 2)]);
      await eventually(() => {
        expect(log.failing()).toMatchObject([{ group: 'g', topic: TOPIC, key: 'a', error: 'no way through' }]);
      });
      expect(log.failing()[0]?.failures).toBeGreaterThanOrEqual(4);
      isFailing = false;
      await eventually(() => {
        expect(log.failing()).toEqual([]);
      });
    });

    it('stops when the batch in hand is done, and begins no other', async () => {
      const begun = Promise.withResolvers<LogBatch>();
      const end = Promise.withResolvers<undefined>();
      let batches = 0;
      const subscription = await subscribe('g', async (batch) => {
        batches += 1;
        begun.resolve(batch);
        await end.promise;
        await acknowledgeAll(batch);
      });
      await log.append([record('a', 1)]);
      const batch = await begun.promise;
      expect(batch.signal.aborted).toBe(false);
      let isStopped = false;
      const stopped = subscription.stop().then(() => {
        isStopped = true;
      });
      await eventually(() => {
        expect(batch.signal.aborted).toBe(true);
      });
      await log.append([record('a', 2)]);
      await nextTurn();
      expect(isStopped).toBe(false);
      end.resolve(undefined);
      await stopped;
      expect(batches).toBe(1);
      const seen = await collect('g');
      await eventually(() => {
        expect(valuesOf(seen, 'a')).toEqual([2]);
      });
    });

    it('tells how far a group is behind', async () => {
      const seen = await collect('g');
      await log.append(Array.from({ length: 10 }, (_, index) => record(`k${index}`, index)));
      const behind = async () => (await log.lag('g')).reduce((sum, { lag }) => sum + lag, 0);
      await eventually(async () => {
        expect(seen).toHaveLength(10);
        expect(await behind()).toBe(0);
      });
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
      await log.append([record('a', 1), record('b', 1)]);
      expect(await behind()).toBe(2);
      expect((await log.lag('g')).filter(({ lag }) => lag > 0).every(({ topic }) => topic === TOPIC)).toBe(true);
    });

    it('takes in many appends at once', async () => {
      const seen = await collect('g');
      await Promise.all(Array.from({ length: 200 }, (_, index) => log.append([record(`k${index % 5}`, index), record(`k${index % 5}`, index + 0.5)])));
      await eventually(() => {
        expect(seen).toHaveLength(400);
      });
      for (let key = 0; key < 5; key += 1) {
        const values = valuesOf(seen, `k${key}`) as number[];
        // Of one call, in order and next to each other or not, but never the other way round.
        for (let index = key; index < 200; index += 5) expect(values.indexOf(index)).toBeLessThan(values.indexOf(index + 0.5));
      }
    });
  });
};
