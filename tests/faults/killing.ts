import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Json, type LabClient } from '../system/client';
import { eventually } from '../system/eventually';
import type { System } from '../system/system';
import { auditEntryFields, linksOf, linksTo, readAuditTrail, readExperiments, readMethods, readProcessStates, type AuditEntry } from './read-back';
import { deliver, Workload } from './workload';

/** Raised by KILLS for a long run. The default is once for each process of the distributed edition. */
const KILLS = Number(process.env.KILLS ?? 9);
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

/** A system of which something can be killed. */
interface Mortal {
  /** As it runs now: another one after a kill, if all of it was killed. */
  readonly system: System;
  /** kill -9. Resolves when everything is back. */
  kill(random: () => number): Promise<void>;
  /** Stops it, and removes what it left behind. */
  end(): Promise<void>;
}

/** What has to hold for every edition, whatever of it is killed, and when. */
export const survivesKilling = (title: string, start: () => Promise<Mortal>): void => describe(title, () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const random = seeded(seed);
  const workload = new Workload(random);
  const seen: AuditEntry[] = [];
  let mortal: Mortal;
  let client: LabClient;
  let beginning = '';

  const enter = async (): Promise<void> => {
    const { system } = mortal;
    client = connect(system.url, await system.token({ user: 'alice', lab: 'alpha' }));
  };

  /** Loads the system, kills it in the middle, and comes back. */
  const round = async (): Promise<void> => {
    let stopped = false;
    const follower = follow(client, seen, beginning);
    const work = Array.from({ length: CLIENTS }, () => workload.run(client, () => stopped));
    await pause(50 + random() * 1_000);
    await mortal.kill(random);
    stopped = true;
    await Promise.all(work);
    await client.close();
    await follower;
    await enter();
  };

  beforeAll(async () => {
    mortal = await start();
    await enter();
    beginning = (await client.data('{ feedPosition }')).feedPosition;
    for (let kills = 0; kills < KILLS; kills += 1) await round();
    // Of commands whose answer was lost it isn't known whether they were accepted: sent again they have one effect.
    for (const command of workload.sent.filter(({ accepted }) => !accepted)) expect(await deliver(client, command)).toBe(true);
  }, 150_000 + KILLS * 60_000);

  afterAll(async () => {
    await client.close();
    await mortal.end();
  });

  it('decides every accepted command', async () => {
    expect(workload.sent.length).toBeGreaterThan(KILLS * 10);
    for (const { commandId: id } of workload.sent) {
      // One that was sent a moment ago may be unknown for a moment: whoever records it may only just be back.
      await eventually(
        () => client.data<Json>('query ($id: ID!) { command(id: $id) { status outcome(waitMs: 10000) { __typename } } }', { id }),
        ({ command }) => expect({ id, seed, command }).toEqual({ id, seed, command: { status: expect.stringMatching(/^(APPLIED|REFUSED)$/), outcome: expect.anything() } }),
        60_000,
      );
    }
  }, 120_000);

  it('decides it once: one acceptance each, and the versions of each thing without a gap or a double', async () => {
    const things = [...(await readExperiments(client)), ...(await readMethods(client))];
    // A process's outcome can be there before what its steps did is in the trail: that is told over another partition.
    await eventually(() => readAuditTrail(client), (trail) => {
      const acceptances = trail.filter(({ kind }) => kind === 'COMMAND_ACCEPTED').map(({ command }) => command?.id);
      expect([...acceptances].sort()).toEqual(workload.sent.map(({ commandId }) => commandId).sort());
      const versions = new Map<string, number[]>();
      for (const { subjectId, change } of trail) {
        if (change) versions.set(subjectId, [...(versions.get(subjectId) ?? []), change.version]);
      }
      for (const counted of versions.values()) expect(counted).toEqual(counted.map((_, index) => index + 1));
      for (const { id, version } of things) expect([id, version]).toEqual([id, versions.get(id)?.length]);
    }, 30_000);
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
      for await (const { data } of client.subscribe(following, { after: seen.at(-1)?.cursor ?? beginning })) {
        seen.push(data.activityRecorded);
        if (seen.at(-1)?.id === last) break;
      }
    }
    expect(seen.map(({ id }) => id)).toEqual(trail.map(({ id }) => id));
  }, 120_000);
});
