import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Json, type LabClient } from '../system/client';
import { startStandalone, type StandaloneProcess } from '../system/standalone-process';
import { auditEntryFields, linksOf, linksTo, readAuditTrail, readExperiments, readMethods, readProcessStates, type AuditEntry } from './read-back';
import { deliver, Workload } from './workload';

/** Raised by KILLS for a long run. */
const KILLS = Number(process.env.KILLS ?? 8);
const CLIENTS = 8;

/** A small generator with a seed (mulberry32), so that a failing run can be told apart from another. */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};

const following = `subscription ($after: Cursor) { activityRecorded(after: $after) { ${auditEntryFields} } }`;

/** Follows the audit trail until the connection is lost, from where it was left. */
const follow = async (client: LabClient, seen: AuditEntry[], start: string): Promise<void> => {
  try {
    for await (const { data, errors } of client.subscribe(following, { after: seen.at(-1)?.cursor ?? start })) {
      if (errors || !data) throw new Error(`The subscription failed: ${JSON.stringify(errors)}`);
      seen.push(data.activityRecorded);
    }
  } catch (error) {
    // A lost socket is what this test is about; whatever the server said itself is not.
    if (error instanceof Error && error.message.startsWith('The subscription failed')) throw error;
  }
};

describe('Killed at any moment', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'test-planning-kill-'));
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const random = seeded(seed);
  const workload = new Workload(random);
  const seen: AuditEntry[] = [];
  let system: StandaloneProcess;
  let client: LabClient;
  let start = '';

  const begin = async (): Promise<void> => {
    system = await startStandalone({ dataDir });
    client = connect(system.url, await system.token({ user: 'alice', lab: 'alpha' }));
  };

  /** Loads the system, kills it in the middle, and comes back. */
  const round = async (): Promise<void> => {
    let stopped = false;
    const follower = follow(client, seen, start);
    const work = Array.from({ length: CLIENTS }, () => workload.run(client, () => stopped));
    await pause(50 + random() * 1_000);
    await system.kill();
    stopped = true;
    await Promise.all([...work, follower]);
    await client.close();
    await begin();
  };

  beforeAll(async () => {
    await begin();
    start = (await client.data('{ feedPosition }')).feedPosition;
    for (let kills = 0; kills < KILLS; kills += 1) await round();
    // Of commands whose answer was lost it isn't known whether they were accepted: sent again they have one effect.
    for (const command of workload.sent.filter(({ accepted }) => !accepted)) expect(await deliver(client, command)).toBe(true);
  }, 20_000 + KILLS * 10_000);

  afterAll(async () => {
    await client.close();
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('decides every accepted command', async () => {
    const undecided: string[] = [];
    for (const { commandId } of workload.sent) {
      const { command }: Json = await client.data('query ($id: ID!) { command(id: $id) { status outcome(waitMs: 10000) { __typename } } }', { id: commandId });
      if (!command?.outcome) undecided.push(`${commandId}: ${command?.status} (seed ${seed})`);
    }
    expect(workload.sent.length).toBeGreaterThan(KILLS * 10);
    expect(undecided).toEqual([]);
  }, 120_000);

  it('decides it once: one acceptance each, and the versions of each thing without a gap or a double', async () => {
    const trail = await readAuditTrail(client);
    const acceptances = trail.filter(({ kind }) => kind === 'COMMAND_ACCEPTED').map(({ command }) => command?.id);
    expect([...acceptances].sort()).toEqual(workload.sent.map(({ commandId }) => commandId).sort());
    const versions = new Map<string, number[]>();
    for (const { subjectId, change } of trail) {
      if (change) versions.set(subjectId, [...(versions.get(subjectId) ?? []), change.version]);
    }
    for (const counted of versions.values()) expect(counted).toEqual(counted.map((_, index) => index + 1));
    for (const { id, version } of [...(await readExperiments(client)), ...(await readMethods(client))]) expect([id, version]).toEqual([id, versions.get(id)?.length]);
  }, 60_000);

  it('ends every saga, with both sides of every link or neither', async () => {
    expect((await readProcessStates(client)).filter((state) => state !== 'COMPLETED' && state !== 'COMPENSATED')).toEqual([]);
    const [experiments, methods] = [await readExperiments(client), await readMethods(client)];
    expect(linksOf(experiments)).toEqual(linksTo(methods));
    for (const { id, count, links } of [...experiments, ...methods]) expect([id, count]).toEqual([id, links.length]);
  }, 60_000);

  it('loses and doubles nothing for a subscriber that comes back with its cursor', async () => {
    const trail = await readAuditTrail(client);
    const last = trail.at(-1)?.id;
    if (seen.at(-1)?.id !== last) {
      for await (const { data } of client.subscribe(following, { after: seen.at(-1)?.cursor ?? start })) {
        seen.push(data.activityRecorded);
        if (seen.at(-1)?.id === last) break;
      }
    }
    expect(seen.map(({ id }) => id)).toEqual(trail.map(({ id }) => id));
  }, 60_000);
});
