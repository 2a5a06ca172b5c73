import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../telemetry/logger';
import { BackupError, backUpDatabase, restoreDatabase } from './backup';
import { openDatabase } from './database';

let directory: string;
let dataDir: string;
let backup: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'test-planning-backup-'));
  dataDir = join(directory, 'data');
  backup = join(directory, 'backup.sqlite');
  await openDatabase(dataDir, { logger: silentLogger }).close();
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The message of what the operator can mend. */
const problem = (use: () => void): string => {
  try {
    use();
  } catch (error) {
    if (error instanceof BackupError) return error.message;
    throw error;
  }
  return 'it was done';
};
const restore = (file: string, warn = jest.fn()): void => restoreDatabase(dataDir, file, warn);

describe('a backup', () => {
  it.each(['/proc/backup', '/proc/none/backup', '/proc/none/below/backup'])('names a place where no file can be made: %s', (file) => {
    expect(problem(() => backUpDatabase(dataDir, file))).toMatch(new RegExp(`^${dataDir} can't be backed up to ${file}: `));
  });

  it('names a file in the place of its directory', () => {
    writeFileSync(backup, '');
    expect(problem(() => backUpDatabase(dataDir, join(backup, 'below')))).toMatch(new RegExp(`^${dataDir} can't be backed up to ${backup}/below: `));
  });

  it('names a database that is damaged, and leaves no file', () => {
    writeFileSync(join(dataDir, 'data.sqlite'), 'this is no database '.repeat(500));
    expect(problem(() => backUpDatabase(dataDir, backup))).toBe(`${dataDir} can't be backed up to ${backup}: file is not a database`);
    expect(readdirSync(directory)).toEqual(['data']);
  });

  it('makes the directories above its file', () => {
    backUpDatabase(dataDir, join(directory, 'one', 'two', 'backup'));
    expect(readdirSync(join(directory, 'one', 'two'))).toEqual(['backup']);
  });
});

describe('a restore', () => {
  it('names the file that is damaged, and not its own draft', () => {
    writeFileSync(backup, 'this is no database '.repeat(500));
    expect(problem(() => restore(backup))).toBe(`${backup} can't be read as a database: file is not a database`);
    writeFileSync(backup, '');
    expect(problem(() => restore(backup))).toBe(`${backup} is a database, and none of this system`);
  });

  it('names a directory in the place of the backup or of the database', () => {
    expect(problem(() => restore(directory))).toMatch(new RegExp(`^${directory} can't be restored to ${dataDir}: `));
    backUpDatabase(dataDir, backup);
    rmSync(join(dataDir, 'data.sqlite'));
    mkdirSync(join(dataDir, 'data.sqlite'));
    expect(problem(() => restore(backup))).toMatch(new RegExp(`^${backup} can't be restored to ${dataDir}: `));
  });

  it('leaves all files for their owner alone, also in a directory that existed', () => {
    backUpDatabase(dataDir, backup);
    rmSync(dataDir, { recursive: true });
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o755);
    const warn = jest.fn();
    restore(backup, warn);
    expect(warn.mock.calls).toEqual([[`Others on this machine could use ${dataDir} (mode 755): its mode is 700 now`]]);
    expect(readdirSync(dataDir).map((name) => [name, (statSync(join(dataDir, name)).mode & 0o777).toString(8)])).toEqual([['data.sqlite', '600'], ['lock.sqlite', '600']]);
    expect((statSync(dataDir).mode & 0o777).toString(8)).toBe('700');
  });
});
