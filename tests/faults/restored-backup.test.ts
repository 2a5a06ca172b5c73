import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, failure, type LabClient } from '../system/client';
import { root, startStandalone, type StandaloneProcess } from '../system/standalone-process';

const changes = 'subscription($after: Cursor) { experimentChanged(after: $after) { experiment { name } } }';
const create = 'mutation($name: String!) { createExperiment(input: { name: $name }) { outcome(waitMs: 10000) { __typename } } }';
const markRead = 'mutation($upTo: Cursor!) { markNotificationsRead(upTo: $upTo) { __typename } }';
const unread = '{ notifications(first: 100, unreadOnly: true) { nodes { message } } }';
const lastNotification = '{ notifications(first: 1) { pageInfo { endCursor } } }';

describe('A data directory restored from a backup', () => {
  const directories: string[] = [];
  let running: StandaloneProcess | undefined;
  const directory = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'test-planning-restored-'));
    directories.push(made);
    return made;
  };
  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });
  afterAll(() => {
    for (const each of directories) rmSync(each, { recursive: true, force: true });
  });

  const startWith = async (dataDir: string): Promise<LabClient> => {
    running = await startStandalone({ dataDir });
    return connect(running.url, await running.token({ user: 'alice', lab: 'alpha' }));
  };
  const stop = async (client: LabClient): Promise<void> => {
    await client.close();
    await running?.stop();
    running = undefined;
  };
  const command = (action: 'backup' | 'restore', dataDir: string, file: string) =>
    spawnSync('node', ['dist/standalone/backup.js', action, file], { cwd: root, env: { ...process.env, DATA_DIR: dataDir }, encoding: 'utf8' });
  /** Each gives the cursors of a client that saw more than what is in the backup, with the backup restored to `dataDir`. */
  const ways: [string, (dataDir: string) => Promise<Cursors>][] = [
    ['by copying the file of a stopped process', async (dataDir) => {
      const backup = join(directory(), 'data.sqlite');
      await stop(await createdOne(dataDir));
      copyFileSync(join(dataDir, 'data.sqlite'), backup);
      const seen = await seenMore(dataDir);
      for (const left of ['-wal', '-shm']) rmSync(join(dataDir, `data.sqlite${left}`), { force: true });
      copyFileSync(backup, join(dataDir, 'data.sqlite'));
      return seen;
    }],
    ['by copying the whole directory of a stopped process', async (dataDir) => {
      const backup = directory();
      await stop(await createdOne(dataDir));
      cpSync(dataDir, backup, { recursive: true });
      const seen = await seenMore(dataDir);
      rmSync(dataDir, { recursive: true });
      cpSync(backup, dataDir, { recursive: true });
      return seen;
    }],
    ['with `npm run restore` from a backup of the running process, which is killed later', async (dataDir) => {
      const backup = join(directory(), 'backup.sqlite');
      const client = await createdOne(dataDir);
      expect(command('backup', dataDir, backup)).toMatchObject({ status: 0, stderr: '' });
      expect(statSync(backup).mode & 0o777).toBe(0o600);
      const seen = await seeMore(client);
      expect(command('restore', dataDir, backup)).toMatchObject({ status: 1, stderr: expect.stringContaining('Another process is using the data directory') as string });
      await client.close();
      await running?.kill();
      expect(command('restore', dataDir, backup)).toMatchObject({ status: 0, stderr: '' });
      return seen;
    }],
  ];

  interface Cursors {
    position: string;
    read: string;
  }
  const createdOne = async (dataDir: string): Promise<LabClient> => {
    const client = await startWith(dataDir);
    await client.data(create, { name: 'Backed up' });
    return client;
  };
  const seeMore = async (client: LabClient): Promise<Cursors> => {
    for (const name of ['Lost 1', 'Lost 2', 'Lost 3']) await client.data(create, { name });
    return { position: (await client.data('{ feedPosition }')).feedPosition, read: (await client.data(lastNotification)).notifications.pageInfo.endCursor };
  };
  const seenMore = async (dataDir: string): Promise<Cursors> => {
    const client = await startWith(dataDir);
    const seen = await seeMore(client);
    await stop(client);
    return seen;
  };

  it.each(ways)('%s, refuses cursors from before, and marks no notification read that its person has not seen', async (_, restoredTo) => {
    const dataDir = directory();
    const { position, read } = await restoredTo(dataDir);
    const restored = await startWith(dataDir);
    // As many as were lost and one more: the numbers that the client has seen are given out again.
    for (const name of ['New 1', 'New 2', 'New 3', 'New 4']) await restored.data(create, { name });
    expect(await failure(restored.subscribe(changes, { after: position }))).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    expect((await restored.request(markRead, { upTo: read })).errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    expect((await restored.data(unread)).notifications.nodes).toHaveLength(5);
    await restored.close();
  }, 60_000);

  it('is left alone by a backup to a file that is there, and by the restoring of a file that is none', async () => {
    const [dataDir, other] = [directory(), join(directory(), 'other')];
    await stop(await createdOne(dataDir));
    writeFileSync(other, 'no database');
    expect(command('backup', dataDir, other)).toMatchObject({ status: 1, stderr: `${other} is there already: choose another name\n` });
    expect(command('restore', dataDir, other)).toMatchObject({ status: 1, stderr: expect.stringContaining("can't be read as a database") as string });
    const client = await startWith(dataDir);
    expect((await client.data('{ experiments { nodes { name } } }')).experiments.nodes).toEqual([{ name: 'Backed up' }]);
    await client.close();
  }, 60_000);
});
