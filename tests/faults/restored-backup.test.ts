import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, failure, type LabClient } from '../system/client';
import { startStandalone, type StandaloneProcess } from '../system/standalone-process';

const changes = 'subscription($after: Cursor) { experimentChanged(after: $after) { experiment { name } } }';
const create = 'mutation($name: String!) { createExperiment(input: { name: $name }) { outcome(waitMs: 10000) { __typename } } }';

describe('A data directory restored from a backup', () => {
  const directories = ['now', 'backup'].map((name) => mkdtempSync(join(tmpdir(), `test-planning-${name}-`)));
  const [dataDir = '', backup = ''] = directories;
  let running: StandaloneProcess | undefined;
  afterAll(async () => {
    await running?.stop();
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  });

  const startWith = async (directory: string): Promise<LabClient> => {
    running = await startStandalone({ dataDir: directory });
    return connect(running.url, await running.token({ user: 'alice', lab: 'alpha' }));
  };
  const placeOf = async (client: LabClient): Promise<string> => (await client.data('{ feedPosition }')).feedPosition;
  const stop = async (client: LabClient): Promise<void> => {
    await client.close();
    await running?.stop();
  };

  it('goes on from cursors of before the backup, and refuses those of what it has never seen', async () => {
    const before = await startWith(dataDir);
    const start = await placeOf(before);
    await before.data(create, { name: 'Backed up' });
    const atBackup = await placeOf(before);
    await stop(before);
    cpSync(dataDir, backup, { recursive: true });

    const later = await startWith(dataDir);
    await later.data(create, { name: 'Lost' });
    const ahead = await placeOf(later);
    await stop(later);

    const restored = await startWith(backup);
    expect(await failure(restored.subscribe(changes, { after: ahead }))).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    const [whole, since] = [restored.subscribe(changes, { after: start }), restored.subscribe(changes, { after: atBackup })];
    await restored.data(create, { name: 'New' });
    const names = [await whole.next(), await whole.next(), await since.next()].map(({ value }) => value.data.experimentChanged.experiment.name);
    expect(names).toEqual(['Backed up', 'New', 'New']);
    await restored.close();
  });
});
