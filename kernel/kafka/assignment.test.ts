import type { Batch, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../messaging/log';
import { silentLogger } from '../telemetry/logger';
import { eventually } from '../testing/eventually';
import { Assignment } from './assignment';
import { OffsetCommitter } from './offset-committer';

const fetched = (from: number, ...offsets: number[]): Batch => {
  const messages = offsets.map((offset): KafkaMessage => ({ key: Buffer.from('k'), value: Buffer.from(`${offset}`), timestamp: '0', attributes: 0, offset: String(offset), headers: {} }));
  return {
    topic: 'x-t', partition: 0, highWatermark: '100', messages, fetchedOffset: String(from),
    isEmpty: () => false, firstOffset: () => messages[0]?.offset ?? null, lastOffset: () => messages.at(-1)?.offset ?? '', offsetLag: () => '0', offsetLagLow: () => '0',
  } as Batch;
};

describe('what a member has between two rebalances', () => {
  let seen: string[];
  let asked: string[];
  let committed: string[];
  let resolved: string[];
  let assignment: Assignment;
  let committer: OffsetCommitter;

  beforeEach(() => {
    [seen, asked, committed, resolved] = [[], [], [], []];
    committer = new OffsetCommitter({
      everyMs: 1,
      commit: (offsets) => {
        committed.push(...offsets.map(({ topic, offset }) => `${topic} ${offset}`));
        return Promise.resolve();
      },
      onFailure: (error) => {
        throw error;
      },
    });
    assignment = new Assignment({
      group: 'g', places: [{ topic: 'x-t', partition: 0 }], topicName: (kafkaName) => kafkaName.slice(2), begins: () => Promise.resolve([5n]), committer,
      consumer: {
        pause: () => asked.push('pause'),
        resume: () => asked.push('resume'),
        seek: (_place, offset) => asked.push(`seek ${offset}`),
      },
      limit: { records: 100, bytes: 100_000 }, maxBatch: 10, batchesInHand: 1, backOff: { firstMs: 1, longestMs: 1 }, logger: silentLogger,
      handle: async ({ topic, records, acknowledge }) => {
        seen.push(...records.map(({ value }) => `${topic} ${value}`));
        await acknowledge(records.at(-1) as LogRecord);
      },
    });
  });
  afterEach(() => assignment.stop());

  const receive = (batch: Batch, isStale = false): Promise<void> => assignment.receive({ batch, isStale: () => isStale, resolveOffset: (offset) => resolved.push(offset) });

  it('is handed out, and committed as the offset that comes next', async () => {
    await receive(fetched(5, 5, 6));
    await eventually(() => {
      expect(seen).toEqual(['t 5', 't 6']);
      expect(committed).toEqual(['x-t 7']);
    });
    expect(resolved).toEqual(['6']);
  });

  it('takes nothing that leaves a gap: it has it fetched again', async () => {
    await receive(fetched(9, 9, 10));
    expect([asked, resolved]).toEqual([['seek 5'], []]);
    await receive(fetched(5, 5, 6, 7, 8, 9));
    await eventually(() => {
      expect(seen).toEqual(['t 5', 't 6', 't 7', 't 8', 't 9']);
    });
  });

  it('takes a gap for one when what it asked for again begins behind it as well', async () => {
    await receive(fetched(9, 9));
    await receive(fetched(9, 9));
    await eventually(() => {
      expect(seen).toEqual(['t 9']);
    });
  });

  it('takes nothing that was fetched before it asked for something again', async () => {
    await receive(fetched(9, 9));
    await receive(fetched(9, 9), true);
    await receive(fetched(5, 5));
    await eventually(() => {
      expect(seen).toEqual(['t 5']);
    });
  });

  it('takes nothing and commits nothing when it has ended', async () => {
    await assignment.stop();
    committer.end();
    await receive(fetched(5, 5));
    committer.acknowledged({ topic: 'x-t', partition: 0 }, 5n);
    await committer.flush();
    expect([seen, committed, resolved]).toEqual([[], [], []]);
  });
});

describe('commits of offsets', () => {
  it('gather what is acknowledged meanwhile, and are made again when they fail', async () => {
    const commits: string[][] = [];
    const failures: unknown[] = [];
    let isBroken = true;
    const committer = new OffsetCommitter({
      everyMs: 1,
      commit: (offsets) => {
        commits.push(offsets.map(({ topic, offset }) => `${topic} ${offset}`));
        return isBroken ? Promise.reject(new Error('no coordinator')) : Promise.resolve();
      },
      onFailure: (error) => {
        failures.push(error);
        isBroken = false;
      },
    });
    committer.acknowledged({ topic: 'a', partition: 0 }, 1n);
    committer.acknowledged({ topic: 'a', partition: 0 }, 2n);
    committer.acknowledged({ topic: 'b', partition: 0 }, 7n);
    await eventually(() => {
      expect(commits).toEqual([['a 2'], ['a 3', 'b 8']]);
    });
    expect(failures).toHaveLength(1);
    isBroken = true;
    committer.acknowledged({ topic: 'c', partition: 0 }, 1n);
    await eventually(() => {
      expect(commits.slice(2)).toEqual([['c 2'], ['c 2']]);
    });
    committer.acknowledged({ topic: 'a', partition: 0 }, 4n);
    await committer.flush();
    expect(commits.at(-1)).toEqual(['a 5']);
  });
});
