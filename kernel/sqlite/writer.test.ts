import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnavailableError } from '../health/unavailable-error';
import { Connection } from './connection';
import { Writer } from './writer';

describe('the writer', () => {
  let dir: string;
  let connection: Connection;
  let reader: Connection;
  let writer: Writer;
  let commits: number;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'test-planning-'));
    connection = new Connection(join(dir, 'data.sqlite'), { readOnly: false });
    connection.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT PRIMARY KEY)');
    reader = new Connection(join(dir, 'data.sqlite'), { readOnly: true });
    writer = new Writer(connection, reader);
    commits = 0;
    const run = connection.run.bind(connection);
    jest.spyOn(connection, 'run').mockImplementation((sql, ...parameters) => {
      if (sql === 'COMMIT') commits += 1;
      return run(sql, ...parameters);
    });
  });

  afterEach(async () => {
    await writer.close();
    reader.close();
    connection.close();
    rmSync(dir, { recursive: true });
  });

  const put = (name: string) => writer.write((own) => own.run('INSERT INTO things (name) VALUES (?)', name));
  const names = (from: Connection = writer.reading) => from.all<{ name: string }>('SELECT name FROM things ORDER BY name').map(({ name }) => name);
  /** Lets everything run that waits for nothing but promises. */
  const microtasks = async (count = 50) => {
    for (let index = 0; index < count; index += 1) await Promise.resolve();
  };

  it('says that the disk is full until a write succeeds, and that trying again helps', async () => {
    expect(await writer.problem()).toBeUndefined();
    connection.exec('PRAGMA max_page_count = 2');
    const large = () => writer.write((own) => own.run('INSERT INTO things (name) VALUES (hex(randomblob(100000)))'));
    await expect(large()).rejects.toThrow(UnavailableError);
    expect(await writer.problem()).toContain('full');
    connection.exec('PRAGMA max_page_count = 100000');
    expect(await writer.problem()).toBeUndefined();
    await large();
    expect(connection.get('SELECT count(*) AS rows FROM write_probe')).toEqual({ rows: 0 });
  });

  it('takes no wrong statement for a full disk', async () => {
    await expect(writer.write((own) => own.run('INSERT INTO nowhere VALUES (1)'))).rejects.toThrow('nowhere');
    expect(await writer.problem()).toBeUndefined();
  });

  it('stores what waits in one commit, work and single writes', async () => {
    await Promise.all([
      put('a'),
      writer.transact(async () => {
        await put('b');
        await microtasks();
        await put('c');
      }),
      put('d'),
    ]);
    expect(names()).toEqual(['a', 'b', 'c', 'd']);
    expect(commits).toBe(1);
  });

  it('undoes a unit that fails, and only that', async () => {
    const results = await Promise.allSettled([
      put('a'),
      writer.transact(async () => {
        await put('b');
        throw new RangeError('changed my mind');
      }),
      writer.transact(async () => {
        await put('c');
        await put('a');
      }),
      put('d'),
      put('d'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled', 'rejected']);
    expect(names()).toEqual(['a', 'd']);
    expect(commits).toBe(1);
  });

  it('stores nothing of a unit in which a write failed, even if the work did not mind', async () => {
    await put('a');
    await expect(writer.transact(async () => {
      await put('b');
      await put('a').catch(() => 'never mind');
      await put('c');
    })).rejects.toThrow('UNIQUE');
    expect(names()).toEqual(['a']);
  });

  it('shows a unit its own writes, and nobody else before they are durable', async () => {
    const wrote = Promise.withResolvers<undefined>();
    const goOn = Promise.withResolvers<undefined>();
    const unit = writer.transact(async () => {
      await put('a');
      expect(names()).toEqual(['a']);
      wrote.resolve(undefined);
      await goOn.promise;
      expect(names()).toEqual(['a']);
    });
    await wrote.promise;
    expect(names()).toEqual([]);
    const outside = put('b');
    await microtasks();
    expect(names()).toEqual([]);
    goOn.resolve(undefined);
    await Promise.all([unit, outside]);
    expect(names()).toEqual(['a', 'b']);
  });

  it('does not take a write from elsewhere into a unit that is open meanwhile', async () => {
    const wrote = Promise.withResolvers<undefined>();
    const goOn = Promise.withResolvers<undefined>();
    const failing = writer.transact(async () => {
      await put('a');
      wrote.resolve(undefined);
      await goOn.promise;
      throw new Error('no');
    });
    await wrote.promise;
    const outside = put('b');
    goOn.resolve(undefined);
    await expect(failing).rejects.toThrow('no');
    await outside;
    expect(names()).toEqual(['b']);
  });

  it('takes what a unit left running as something of its own', async () => {
    const later = Promise.withResolvers<undefined>();
    let left: Promise<unknown> | undefined;
    await writer.transact(async () => {
      await put('a');
      left = later.promise.then(() => put('b'));
    });
    const failing = writer.transact(async () => {
      later.resolve(undefined);
      await microtasks();
      await put('c');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await left;
    expect(names()).toEqual(['a', 'b']);
  });

  it('calls back after the commit, and not for a unit that failed', async () => {
    const called: string[] = [];
    const noting = (name: string) => writer.write((own, unit) => {
      own.run('INSERT INTO things (name) VALUES (?)', name);
      unit.afterCommit(() => called.push(`${name}: ${names(reader).join()}`));
    });
    await Promise.allSettled([noting('a'), writer.transact(async () => {
      await noting('b');
      throw new Error('no');
    })]);
    expect(called).toEqual(['a: a']);
  });

  it('makes deferred writes before the commit, in order, unless the unit failed', async () => {
    const deferring = (name: string) => writer.write((own, unit) => {
      unit.defer(() => own.run('INSERT INTO things (name) VALUES (?)', name));
    });
    await Promise.allSettled([
      deferring('a'),
      writer.transact(async () => {
        await deferring('b');
        throw new Error('no');
      }),
      writer.transact(async () => {
        await deferring('c');
        expect(names()).toEqual([]);
        expect(names(writer.readingDeferred)).toEqual(['c']);
      }),
    ]);
    expect(names()).toEqual(['a', 'c']);
  });

  it('rejects all whose commit failed, and goes on when it can', async () => {
    const pages = connection.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
    connection.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const results = await Promise.allSettled([put('small'), put('x'.repeat(100_000)), put('other')]);
    expect(results[1]?.status).toBe('rejected');
    // What was told to be stored is, and what was told not to be isn't.
    const stored = results.flatMap(({ status }, index) => (status === 'fulfilled' ? ['small', 'x', 'other'][index] : []));
    expect(names().map((name) => name.slice(0, 5))).toEqual([...stored].sort());
    connection.exec('PRAGMA max_page_count = 1000000');
    await put('after');
    expect(names()).toContain('after');
  });

  it('lets the event loop have its turn between commits', async () => {
    let turns = 0;
    let isDone = false;
    const counting = (async () => {
      while (!isDone) {
        await nextTurn();
        turns += 1;
      }
    })();
    await Promise.all(Array.from({ length: 2000 }, (_, index) => put(`n${index}`)));
    isDone = true;
    await counting;
    expect(commits).toBeGreaterThanOrEqual(8);
    expect(turns).toBeGreaterThanOrEqual(commits - 1);
  });

  it('stores what waits before it closes, and takes nothing after it', async () => {
    const waiting = put('a');
    await writer.close();
    await waiting;
    expect(names()).toEqual(['a']);
    await expect(put('b')).rejects.toThrow('closed');
  });
});
