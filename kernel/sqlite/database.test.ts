import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeedDefinition } from '../feeds/feeds';
import type { LogRecord } from '../messaging/log';
import type { ViewDefinition } from '../read-models/read-models';
import { silentLogger } from '../telemetry/logger';
import { eventually } from '../testing/eventually';
import { DataDirectoryInUseError } from './data-directory-lock';
import { openDatabase, type Database } from './database';

const view = (changes: Partial<ViewDefinition<{ n: number }>> = {}): ViewDefinition<{ n: number }> =>
  ({ name: 'things', version: 1, fields: { n: { kind: 'number', of: ({ n }) => n } }, ...changes });
const feed: FeedDefinition = { name: 'news', fields: {} };
const record = (key: string) => ({ topic: 'things.commands', key, headers: {}, value: 'null' });
const write = (id: string) => ({ view: 'things', lab: 'lab', id, stream: `lab/thing/${id}` as const, sequence: 1, document: { n: 1 } });

describe('a database on disk', () => {
  let dataDir: string;
  let opened: Database[];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'test-planning-'));
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((database) => database.close()));
    rmSync(dataDir, { recursive: true });
  });

  const open = (partitions = 4): Database => {
    const database = openDatabase(dataDir, { logger: silentLogger, log: { partitions } });
    opened.push(database);
    return database;
  };
  const close = async (database: Database) => {
    opened = opened.filter((other) => other !== database);
    await database.close();
  };

  it('has everything again when it is opened again', async () => {
    const before = open();
    const stores = await before.service('things', { views: [view()], feeds: [feed] });
    await stores.views.write([write('a')]);
    await stores.views.rebuilt('things');
    await stores.feeds.append([{ feed: 'news', owner: 'lab', key: 'k', entry: { n: 1 } }]);
    const epoch = await stores.feeds.epoch();
    await before.log.append([record('a'), record('b'), record('a')]);
    const first = Promise.withResolvers<undefined>();
    const subscription = await before.log.subscribe({ group: 'g', topics: ['things.commands'] }, async (batch) => {
      const [own] = batch.records.filter(({ key }) => key === 'a');
      if (!own) return;
      await batch.acknowledge(own);
      first.resolve(undefined);
    });
    await first.promise;
    await subscription.stop();
    await close(before);

    const after = open();
    const again = await after.service('things', { views: [view()], feeds: [feed] });
    expect(await again.views.get('things', 'lab', ['a'])).toEqual(new Map([['a', { n: 1 }]]));
    expect(await again.views.outdated()).toEqual([]);
    expect(await again.feeds.head('news', 'lab')).toBe(1);
    expect(await again.feeds.epoch()).toBe(epoch);
    const seen: LogRecord[] = [];
    await after.log.subscribe({ group: 'g', topics: ['things.commands'] }, (batch) => {
      seen.push(...batch.records);
      return Promise.resolve();
    });
    await eventually(() => {
      expect(seen.filter(({ key }) => key === 'a')).toHaveLength(1);
    });
  });

  it.each([
    ['of another version', view({ version: 2 })],
    ['with other fields', view({ fields: {} })],
    ['with search', view({ search: () => ['x'] })],
  ])('begins a view %s anew, and only that', async (_what, changed) => {
    const other = { ...view(), name: 'others' };
    const before = await open().service('things', { views: [view(), other] });
    await before.views.write([write('a'), { ...write('a'), view: 'others' }]);
    await before.views.rebuilt('things');
    await before.views.rebuilt('others');
    for (const database of opened) await close(database);
    const after = await open().service('things', { views: [changed, other] });
    expect(await after.views.outdated()).toEqual(['things']);
    expect(await after.views.get('things', 'lab', ['a'])).toEqual(new Map());
    expect(await after.views.get('others', 'lab', ['a'])).toEqual(new Map([['a', { n: 1 }]]));
  });

  it('keeps services apart', async () => {
    const database = open();
    const [one, two] = [await database.service('one', { views: [view()] }), await database.service('two', { views: [view()] })];
    await one.views.write([write('a')]);
    expect(await two.views.get('things', 'lab', ['a'])).toEqual(new Map());
  });

  it('refuses another number of partitions than its records were given by, and can be opened after that', async () => {
    await close(open(4));
    expect(() => openDatabase(dataDir, { logger: silentLogger, log: { partitions: 5 } })).toThrow('log partitions = 4');
    await close(open(4));
  });

  it('remembers no topic of a unit that failed', async () => {
    const database = open();
    await expect(database.transactor.transact(async () => {
      await database.log.append([record('a')]);
      throw new Error('no');
    })).rejects.toThrow('no');
    await database.log.append([record('b')]);
    const seen: string[] = [];
    await database.log.subscribe({ group: 'g', topics: ['things.commands'] }, (batch) => {
      seen.push(...batch.records.map(({ key }) => key));
      return Promise.resolve();
    });
    await eventually(() => {
      expect(seen).toEqual(['b']);
    });
  });

  it('is one process\'s own', async () => {
    const database = open();
    expect(() => openDatabase(dataDir, { logger: silentLogger })).toThrow(DataDirectoryInUseError);
    await close(database);
    await close(open());
  });

  it('can be opened when the process that had it was killed', async () => {
    const holding = `
      const { DatabaseSync } = require('node:sqlite');
      const lock = new DatabaseSync(process.argv[1]);
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      process.stdout.write('locked');
      setInterval(() => lock, 1000);`;
    const holder = spawn(process.execPath, ['-e', holding, join(dataDir, 'lock.sqlite')], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(holder.stdout, 'data');
    expect(() => openDatabase(dataDir, { logger: silentLogger })).toThrow(/Another process is using the data directory/);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await close(open());
  });
});
