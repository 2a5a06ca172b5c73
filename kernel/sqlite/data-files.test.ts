import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UnavailableError } from '../health/unavailable-error';
import { FileProblem } from '../lifecycle/file-problem';
import { silentLogger } from '../telemetry/logger';
import { openDatabase } from './database';

let dataDir: string;
beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'test-planning-files-')); });
afterEach(() => rmSync(dataDir, { recursive: true }));

const open = () => openDatabase(dataDir, { logger: silentLogger });
const modes = (): Record<string, string> => Object.fromEntries(readdirSync(dataDir).sort().map((name) => [name, (statSync(join(dataDir, name)).mode & 0o777).toString(8)]));
const problem = (): string => {
  try {
    void open().close();
  } catch (error) {
    if (error instanceof FileProblem) return error.message;
    throw error;
  }
  return 'it opened';
};

describe('the files of a database', () => {
  it('are for their owner alone, also in a directory that existed', async () => {
    chmodSync(dataDir, 0o755);
    const database = open();
    await database.service('things', {});
    expect(new Set(Object.values(modes()))).toEqual(new Set(['600']));
    expect(Object.keys(modes())).toEqual(expect.arrayContaining(['data.generation', 'data.sqlite', 'data.sqlite-shm', 'data.sqlite-wal', 'lock.sqlite']));
    expect((statSync(dataDir).mode & 0o777).toString(8)).toBe('700');
    await database.close();
  });

  it('become so when others could read them, with a warning for each', async () => {
    await open().close();
    for (const name of readdirSync(dataDir)) chmodSync(join(dataDir, name), 0o644);
    const warnings: string[] = [];
    await openDatabase(dataDir, { logger: { ...silentLogger, warn: (_: unknown, message?: string) => { warnings.push(message ?? ''); } } as typeof silentLogger }).close();
    expect(Object.values(modes())).not.toContain('644');
    expect(warnings).toEqual(expect.arrayContaining([expect.stringContaining(join(dataDir, 'data.sqlite'))]));
  });
});

describe('a start', () => {
  it('names a database that is damaged', () => {
    writeFileSync(join(dataDir, 'data.sqlite'), 'this is no database, but long enough to be looked at as one'.repeat(100));
    expect(problem()).toBe(`${join(dataDir, 'data.sqlite')} is no SQLite database: restore it from a backup, or move it away to begin without data.`);
  });

  it('names a database that is damaged behind its first page', async () => {
    await open().close();
    const { size } = statSync(join(dataDir, 'data.sqlite'));
    const page = Buffer.alloc(size - 100, 0xff);
    const file = openSync(join(dataDir, 'data.sqlite'), 'r+');
    writeSync(file, page, 0, page.length, 100);
    closeSync(file);
    expect(problem()).toMatch(new RegExp(`^${join(dataDir, 'data.sqlite')} is damaged .*restore it from a backup`));
  });

  it('names a database that was emptied, and begins without data once it is deleted', async () => {
    const database = open();
    await database.service('things', {});
    await database.close();
    truncateSync(join(dataDir, 'data.sqlite'));
    expect(problem()).toBe(`${join(dataDir, 'data.sqlite')} is empty, and held data before: restore it from a backup, or delete it to begin without data.`);
    expect(statSync(join(dataDir, 'data.sqlite')).size).toBe(0);
    rmSync(join(dataDir, 'data.sqlite'));
    expect(problem()).toBe('it opened');
  });

  it('takes an empty file in which nothing was ever stored', () => {
    writeFileSync(join(dataDir, 'data.sqlite'), '');
    expect(problem()).toBe('it opened');
  });

  it('names a database whose disk fills up after it was opened', async () => {
    const database = open();
    const full = new UnavailableError('The database', Object.assign(new Error('database or disk is full'), { errcode: 13 }));
    expect(database.explained(full)).toEqual(new FileProblem(`The disk of ${join(dataDir, 'data.sqlite')} is full: free some space on it, or choose another DATA_DIR.`));
    await database.close();
  });

  it('names a database of another program', () => {
    const other = new DatabaseSync(join(dataDir, 'data.sqlite'));
    other.exec('CREATE TABLE settings (colour TEXT); CREATE TABLE log_records (colour TEXT)');
    other.close();
    expect(problem()).toMatch(new RegExp(`^${join(dataDir, 'data.sqlite')} is not a database of this system`));
  });

  it('names a lock that is damaged', () => {
    writeFileSync(join(dataDir, 'lock.sqlite'), 'this is no lock, but long enough to be looked at as one'.repeat(100));
    expect(problem()).toBe(`${join(dataDir, 'lock.sqlite')} is damaged or not a lock of this system: delete it, there is no data in it.`);
  });

  it.each(['lock.sqlite', 'data.sqlite', 'data.generation'])('names a directory in the place of %s', (name) => {
    mkdirSync(join(dataDir, name));
    expect(problem()).toContain(join(dataDir, name));
  });
});
