import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, failure, type LabClient } from '../../system/client';
import { startDistributed, type DistributedSystem } from '../../system/distributed-processes';
import { eventually } from '../../system/eventually';
import { root } from '../../system/standalone-process';
import { linksOf, linksTo, readAuditTrail, readExperiments, readMethods, readProcessStates } from '../read-back';
import { allApplied, createExperiments } from './commands';

const WITHIN_MS = 120_000;

const linked = `mutation ($commandId: ID!, $name: String!, $methods: [CreateMethodInput!]!) {
  createExperimentWithMethods(commandId: $commandId, experiment: { name: $name }, methods: $methods) { id }
}`;
const changes = 'subscription ($after: Cursor) { experimentChanged(after: $after) { experiment { name } } }';
const markRead = 'mutation ($upTo: Cursor!) { markNotificationsRead(upTo: $upTo) { __typename } }';
const unread = '{ notifications(first: 100, unreadOnly: true) { nodes { message } } }';
const last = '{ feedPosition notifications(first: 1) { pageInfo { endCursor } } }';

/** Experiments with two linked methods each; the ids of the commands, which are accepted. */
const createLinked = (client: LabClient, count: number): Promise<string[]> => Promise.all(Array.from({ length: count }, async () => {
  const commandId = randomUUID();
  const methods = [1, 2].map((number) => ({ name: `Method ${number} of ${commandId}`, applicationRate: 1 }));
  await client.data(linked, { commandId, name: `Linked ${commandId}`, methods });
  return commandId;
}));

const some = async (client: LabClient): Promise<string[]> => (await Promise.all([createExperiments(client, 20), createLinked(client, 8)])).flat();

describe('A distributed system restored from a backup', () => {
  const directory = mkdtempSync(join(tmpdir(), 'test-planning-restored-'));
  const kept = { dataDir: join(directory, 'data'), prefix: `restored-${randomUUID().slice(0, 8)}` };
  const file = join(directory, 'backup');
  let system: DistributedSystem;
  let client: LabClient;

  const start = async (): Promise<void> => {
    system = await startDistributed([], undefined, kept);
    client = connect(system.url, await system.token({ user: 'alice', lab: 'alpha' }));
  };
  beforeAll(start, WITHIN_MS);
  afterAll(async () => {
    await client.close();
    await system.stop();
    rmSync(directory, { recursive: true, force: true });
  }, WITHIN_MS);

  const command = async (action: 'backup' | 'restore', name: string): Promise<{ code: number | null; errors: string }> => {
    const child = spawn('node', ['dist/distributed/backup.js', action, name], { cwd: root, env: { ...process.env, ...system.environment }, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8');
    });
    const [code] = await once(child, 'close') as [number | null];
    return { code, errors };
  };

  it('loses no command, does none twice, keeps both sides of every link, and refuses cursors from before', async () => {
    const before = await some(client);
    await allApplied(client, before, WITHIN_MS);
    // In hand while the backup is made.
    const meanwhile = some(client);
    const more = some(client);
    expect(await command('backup', file)).toEqual({ code: 0, errors: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await command('backup', file)).toEqual({ code: 1, errors: `${file} is there already: choose another name\n` });
    const all = [...before, ...(await meanwhile), ...(await more), ...(await some(client))];
    await allApplied(client, all, WITHIN_MS);
    const seen = await client.data(last);
    // The mark is set after the backup, so the restore takes it back.
    await client.data(markRead, { upTo: seen.notifications.pageInfo.endCursor });
    expect((await client.data(unread)).notifications.nodes).toEqual([]);

    expect(await command('restore', file)).toMatchObject({ code: 1, errors: expect.stringContaining('Processes are running') as string });
    await client.close();
    await system.terminate();
    writeFileSync(join(directory, 'other'), 'no backup');
    expect(await command('restore', join(directory, 'other'))).toMatchObject({ code: 1, errors: expect.stringContaining("can't be read as a backup") as string });
    expect(await command('restore', file)).toEqual({ code: 0, errors: '' });
    await start();

    expect(await failure(client.subscribe(changes, { after: seen.feedPosition }))).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    expect((await client.request(markRead, { upTo: seen.notifications.pageInfo.endCursor })).errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    await allApplied(client, all, WITHIN_MS);
    await eventually(() => readProcessStates(client), (states) => expect(states).toEqual(Array(32).fill('COMPLETED')), WITHIN_MS);
    const trail = await readAuditTrail(client);
    expect(trail.flatMap(({ kind, command: sent }) => (kind === 'COMMAND_ACCEPTED' && sent && all.includes(sent.id) ? [sent.id] : [])).sort()).toEqual([...all].sort());
    const versions = trail.flatMap(({ kind, subjectId, change }) => (kind === 'EVENT' && change ? [`${subjectId} ${change.version}`] : []));
    expect(versions).toEqual([...new Set(versions)]);
    const [experiments, methods] = [await readExperiments(client), await readMethods(client)];
    expect([experiments.length, methods.length]).toEqual([all.length, 64]);
    expect(linksOf(experiments)).toEqual(linksTo(methods));
    expect(linksOf(experiments)).toHaveLength(64);
    expect((await client.data(unread)).notifications.nodes).toHaveLength(100);
  }, 4 * WITHIN_MS);
});
