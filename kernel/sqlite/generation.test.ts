import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../telemetry/logger';
import { Connection } from './connection';
import { openDatabase } from './database';

const feed = { name: 'news', fields: {} };

describe('The epoch of feeds', () => {
  const directories: string[] = [];
  const directory = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'test-planning-generation-'));
    directories.push(made);
    return made;
  };
  afterAll(() => {
    for (const each of directories) rmSync(each, { recursive: true, force: true });
  });

  /** Opens the database, appends an entry under each key, and closes it; gives the epoch. */
  const run = async (dataDir: string, keys: readonly string[] = [], meanwhile?: () => void): Promise<string> => {
    const database = openDatabase(dataDir, { logger: silentLogger });
    const { feeds } = await database.service('things', { feeds: [feed] });
    for (const key of keys) await feeds.append([{ feed: 'news', owner: 'lab', key, entry: { key } }]);
    meanwhile?.();
    const epoch = await feeds.epoch();
    await database.close();
    return epoch;
  };
  const file = (dataDir: string, name = 'data.sqlite'): string => join(dataDir, name);
  const copyHot = (dataDir: string, to: string): void => {
    const connection = new Connection(file(dataDir), { readOnly: true });
    connection.exec(`VACUUM INTO '${to}'`);
    connection.close();
  };
  const putBack = (from: string, dataDir: string): void => {
    for (const name of ['data.sqlite-wal', 'data.sqlite-shm']) rmSync(file(dataDir, name), { force: true });
    copyFileSync(from, file(dataDir));
  };

  it('stays through restarts', async () => {
    const dataDir = directory();
    const epoch = await run(dataDir, ['a']);
    expect(await run(dataDir, ['b'])).toBe(epoch);
    expect(await run(dataDir)).toBe(epoch);
  });

  it('stays for a database that was made before there were generations', async () => {
    const dataDir = directory();
    const epoch = await run(dataDir, ['a']);
    const connection = new Connection(file(dataDir), { readOnly: false });
    connection.exec('DROP TABLE generation');
    connection.close();
    rmSync(file(dataDir, 'data.generation'));
    expect(await run(dataDir)).toBe(epoch);
    expect(await run(dataDir)).toBe(epoch);
  });

  it.each<[string, (dataDir: string) => Promise<void>]>([
    ['a copy of the file from before the last start is put back', async (dataDir) => {
      const backup = file(directory());
      copyFileSync(file(dataDir), backup);
      await run(dataDir, ['b', 'c']);
      putBack(backup, dataDir);
    }],
    ['a copy that was taken while the last process ran is put back', async (dataDir) => {
      const backup = file(directory());
      const database = openDatabase(dataDir, { logger: silentLogger });
      const { feeds } = await database.service('things', { feeds: [feed] });
      copyHot(dataDir, backup);
      await feeds.append([{ feed: 'news', owner: 'lab', key: 'later', entry: {} }]);
      await database.close();
      putBack(backup, dataDir);
    }],
    ['the file beside the database was lost', (dataDir) => Promise.resolve(rmSync(file(dataDir, 'data.generation')))],
    ['the file beside the database holds nothing that can be read', (dataDir) => Promise.resolve(writeFileSync(file(dataDir, 'data.generation'), '{'))],
    ['both files are replaced by older ones with their times, under the same inode', async (dataDir) => {
      const backup = directory();
      cpSync(dataDir, backup, { recursive: true, preserveTimestamps: true });
      await run(dataDir, ['b']);
      rmSync(dataDir, { recursive: true });
      cpSync(backup, dataDir, { recursive: true, preserveTimestamps: true });
      // File systems often give a new file the inode of the one that was deleted last; here it always is.
      const path = file(dataDir, 'data.generation');
      const { ino, atimeMs, mtimeMs } = statSync(path);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"inode":\d+/, `"inode":${ino}`));
      utimesSync(path, atimeMs / 1_000, mtimeMs / 1_000);
    }],
    ['both files are overwritten by older ones', async (dataDir) => {
      const backup = directory();
      cpSync(dataDir, backup, { recursive: true });
      await run(dataDir, ['b']);
      for (const name of ['data.sqlite', 'data.generation']) copyFileSync(file(backup, name), file(dataDir, name));
      const later = statSync(file(dataDir, 'data.generation')).mtimeMs / 1_000 + 60;
      utimesSync(file(dataDir, 'data.generation'), later, later);
    }],
  ])('changes once when %s', async (_, restore) => {
    const dataDir = directory();
    const epoch = await run(dataDir, ['a']);
    await restore(dataDir);
    const restored = await run(dataDir);
    expect(restored).not.toBe(epoch);
    expect(await run(dataDir, ['c'])).toBe(restored);
  });

  it('changes in a copy of the whole directory, and stays in the original', async () => {
    const [dataDir, copy] = [directory(), directory()];
    const epoch = await run(dataDir, ['a']);
    cpSync(dataDir, copy, { recursive: true });
    expect(await run(copy)).not.toBe(epoch);
    expect(await run(dataDir)).toBe(epoch);
  });

  it('stays when the process was killed after a commit', async () => {
    const [dataDir, killed] = [directory(), directory()];
    const epoch = await run(dataDir, ['a'], () => {
      // What a killed process leaves: everything as it is in the middle of its life.
      cpSync(dataDir, killed, { recursive: true, filter: (name) => !name.includes('lock') });
    });
    expect(existsSync(file(killed, 'data.sqlite-wal'))).toBe(true);
    for (const name of ['data.sqlite', 'data.sqlite-wal', 'data.generation']) copyFileSync(file(killed, name), file(dataDir, name));
    expect(await run(dataDir)).toBe(epoch);
  });
});
