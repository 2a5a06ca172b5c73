import type { LogRecord } from '../messaging/log';
import { PartitionBuffer } from './partition-buffer';

const record = (offset: bigint): LogRecord => ({ topic: 't', partition: 0, offset, key: 'k', headers: {}, value: '' });
const buffered = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ record: record(BigInt(from + index)), bytes: 10 }));
const offsets = (records: readonly LogRecord[]): number[] => records.map(({ offset }) => Number(offset));

describe('records between being fetched and being handed out', () => {
  let asked: string[];
  let buffer: PartitionBuffer;
  beforeEach(() => {
    asked = [];
    buffer = new PartitionBuffer({
      place: { topic: 't', partition: 0 }, begin: 5n, limit: { records: 10, bytes: 1000 },
      pause: () => asked.push('pause'), resume: () => asked.push('resume'), seek: (offset) => asked.push(`seek ${offset}`),
    });
  });

  it('come out once, in order, at most so many', () => {
    expect(buffer.follows(5n)).toBe(true);
    buffer.add(buffered(5, 4), 9n);
    expect(offsets(buffer.take(4n, 3))).toEqual([5, 6, 7]);
    expect(offsets(buffer.take(7n, 3))).toEqual([8]);
    expect(buffer.take(8n, 3)).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('are fetched no more above the limit, until half of it is handed out', () => {
    buffer.add(buffered(5, 11), 16n);
    expect(asked).toEqual(['pause']);
    buffer.add(buffered(16, 1), 17n);
    buffer.take(4n, 6);
    expect(asked).toEqual(['pause']);
    buffer.take(10n, 1);
    expect(asked).toEqual(['pause', 'resume']);
  });

  it('are limited by bytes as well', () => {
    buffer.add([{ record: record(5n), bytes: 1001 }], 6n);
    expect(asked).toEqual(['pause']);
    buffer.take(4n, 1);
    expect(asked).toEqual(['pause', 'resume']);
  });

  it('are fetched again from where the group is, when what was handed out has to come again', () => {
    buffer.add(buffered(5, 11), 16n);
    buffer.take(4n, 4);
    expect(buffer.acknowledge(6n)).toBe(true);
    expect(buffer.take(buffer.acknowledged, 4)).toEqual([]);
    expect(asked).toEqual(['pause', 'seek 7', 'resume']);
    expect(buffer.follows(7n)).toBe(true);
    buffer.add(buffered(7, 3), 10n);
    expect(offsets(buffer.take(6n, 4))).toEqual([7, 8, 9]);
  });

  it('are not taken when they leave a gap, unless there is nothing in it', () => {
    expect(buffer.follows(9n)).toBe(false);
    expect(asked).toEqual(['seek 5']);
    expect(buffer.follows(9n)).toBe(true);
    expect(buffer.follows(4n)).toBe(false);
  });

  it('are given up when Kafka begins before them also when it is asked again: it has lost their place', () => {
    expect(buffer.follows(0n)).toBe(false);
    expect(asked).toEqual(['seek 5']);
    expect(() => buffer.follows(0n)).toThrow('Kafka no longer has the place 5 of t/0, and begins at 0');
  });

  it('take no acknowledgement back', () => {
    expect(buffer.acknowledge(7n)).toBe(true);
    expect(buffer.acknowledge(6n)).toBe(false);
    expect(buffer.acknowledged).toBe(7n);
  });
});
