import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../telemetry/logger';
import { eventually } from '../testing/eventually';
import { fakeClock, type FakeClock } from '../testing/fake-clock';
import { Connection } from './connection';
import { createLogTables, SqliteLog } from './log';
import { deleteOldRecords, keepRetention } from './log-retention';
import { Writer } from './writer';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

describe('retention of the log', () => {
  let dir: string;
  let connection: Connection;
  let reader: Connection;
  let writer: Writer;
  let log: SqliteLog;
  let clock: FakeClock;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'test-planning-'));
    connection = new Connection(join(dir, 'data.sqlite'), { readOnly: false });
    connection.exec('PRAGMA journal_mode = WAL');
    createLogTables(connection);
    reader = new Connection(join(dir, 'data.sqlite'), { readOnly: true });
    writer = new Writer(connection, reader);
    clock = fakeClock();
    log = new SqliteLog(writer, { partitions: 2, clock, logger: silentLogger });
  });
  afterEach(async () => {
    await log.stop();
    await writer.close();
    reader.close();
    connection.close();
    rmSync(dir, { recursive: true });
  });

  const append = (topic: string, from: number, count: number) =>
    log.append(Array.from({ length: count }, (_, index) => ({ topic, key: `k${from + index}`, headers: {}, value: 'null' })));
  const left = () => reader.all<{ key: string }>('SELECT key FROM log_records ORDER BY "offset"').map(({ key }) => key);
  const readAll = async (group: string, topic: string) => {
    const subscription = await log.subscribe({ group, topics: [topic] }, async (batch) => {
      const last = batch.records.at(-1);
      if (last) await batch.acknowledge(last);
    });
    await eventually(async () => {
      expect((await log.lag(group)).every(({ lag }) => lag === 0)).toBe(true);
    });
    await subscription.stop();
  };
  const remove = () => deleteOldRecords({ topics: ['things.commands'], keepMs: WEEK_MS }, { writer, clock });

  it('deletes what is old and done with by every group, of these topics alone', async () => {
    await append('things.commands', 0, 1200);
    await append('things.events', 2000, 3);
    await readAll('one', 'things.commands');
    await readAll('one', 'things.events');
    clock.advance(WEEK_MS + 1);
    await append('things.commands', 5000, 2);
    await readAll('one', 'things.commands');
    expect(await remove()).toBe(1200);
    expect(left()).toEqual(['k2000', 'k2001', 'k2002', 'k5000', 'k5001']);
    expect(await remove()).toBe(0);
  });

  it('keeps what one group has not acknowledged, or nobody has ever read', async () => {
    await append('things.commands', 0, 4);
    clock.advance(WEEK_MS + 1);
    expect(await remove()).toBe(0);
    await readAll('one', 'things.commands');
    const slow = await log.subscribe({ group: 'slow', topics: ['things.commands'] }, () => Promise.resolve());
    await slow.stop();
    expect(await remove()).toBe(0);
    await readAll('slow', 'things.commands');
    expect(await remove()).toBe(4);
  });

  it('never gives an offset again', async () => {
    await append('things.commands', 0, 4);
    await readAll('one', 'things.commands');
    clock.advance(WEEK_MS + 1);
    expect(await remove()).toBe(4);
    await append('things.commands', 10, 1);
    expect((await log.lag('one')).reduce((sum, { lag }) => sum + lag, 0)).toBe(1);
  });

  it('is looked after from time to time, until it ends', async () => {
    await append('things.commands', 0, 4);
    await readAll('one', 'things.commands');
    clock.advance(WEEK_MS + 1);
    const end = keepRetention({ topics: ['things.commands'], keepMs: WEEK_MS, everyMs: 1 }, { writer, clock, logger: silentLogger });
    await eventually(() => {
      expect(left()).toEqual([]);
    });
    await end();
  });
});
