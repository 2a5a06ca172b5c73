import { setTimeout as pause } from 'node:timers/promises';
import { connect, type Json, type LabClient } from '../system/client';
import { eventually } from '../system/eventually';
import type { System } from '../system/system';
import { Follower } from './follower';
import { linksOf, linksTo, readAuditTrail, readExperiments, readMethods, readProcessStates, tellsOutcome } from './read-back';
import { deliver, Workload } from './workload';

/** Raised by ROUNDS for a long run. By default each trouble comes at least once. */
const ROUNDS = Number(process.env.ROUNDS ?? 8);
const CLIENTS = 8;
/** Commands sent at once, and about how long it takes until they are handled. */
const BURST = 150;
const BURST_MS = 600;
/** Questions asked at once when all is over. */
const AT_ONCE = 20;
/** One of each subgraph. */
const queries = '{ experiments { totalCount } methods { totalCount } processes { totalCount } feedPosition }';

/** A small generator with a seed (mulberry32), so that a failing run can be told apart from another. */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};

/** Something that can happen to a system. */
export interface Trouble {
  readonly title: string;
  /** Whether clients lose their connections. */
  readonly cutsClients: boolean;
  /** Whether every query is answered meanwhile. */
  readonly queriesGoOn: boolean;
  /**
   * Resolves when it is over, and everything is back.
   * @param press sends a lot at once; resolves at some moment in the middle of it, when whoever is struck has much in hand
   */
  strike(press: () => Promise<void>): Promise<void>;
}

/** A system that trouble can come to. */
interface Troubled {
  /** As it runs now: another one after all of it was killed. */
  readonly system: System;
  readonly troubles: readonly Trouble[];
  /** Of one client between two commands, on average: how hard the system is driven. */
  readonly pauseMs: number;
  /** Stops it, and removes what it left behind. */
  end(): Promise<void>;
}

/** Each of them once in random order, then each of them once more, and so on. */
function* shuffled<Item>(items: readonly Item[], random: () => number): Generator<Item, never> {
  for (;;) {
    const left = [...items];
    while (left.length > 0) yield left.splice(Math.floor(random() * left.length), 1)[0] as Item;
  }
}

/** What has to hold for every edition, whatever happens to it, and when. */
export const survives = (title: string, start: () => Promise<Troubled>): void => describe(title, () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const random = seeded(seed);
  const workload = new Workload(random);
  let troubled: Troubled;
  let client: LabClient;
  let follower: Follower;

  const enter = async (): Promise<void> => {
    const { system } = troubled;
    client = connect(system.url, await system.token({ user: 'alice', lab: 'alpha' }));
  };

  const ask = async (isOver: () => boolean): Promise<void> => {
    while (!isOver()) {
      await client.data(queries);
      await pause(100);
    }
  };

  /** Loads the system, has something happen in the middle, and comes back if need be. */
  const round = async ({ title: happened, cutsClients, queriesGoOn, strike }: Trouble): Promise<void> => {
    let over = false;
    const isOver = (): boolean => over;
    const work = Array.from({ length: CLIENTS }, () => workload.run(client, isOver, troubled.pauseMs));
    await pause(random() * 500);
    const press = async (): Promise<void> => {
      work.push(workload.burst(client, BURST));
      await pause(random() * BURST_MS);
    };
    const asking = queriesGoOn ? ask(isOver) : Promise.resolve();
    await Promise.all([asking, strike(press).finally(() => {
      over = true;
    })]);
    await Promise.all(work);
    if (cutsClients) {
      await client.close();
      await follower.lost();
      await enter();
      follower.follow(client);
    }
    else if (!follower.isConnected) {
      await follower.lost();
      throw new Error(`${happened}, and the subscription ended (seed ${seed})`);
    }
  };

  beforeAll(async () => {
    troubled = await start();
    await enter();
    follower = new Follower((await client.data('{ feedPosition }')).feedPosition);
    follower.follow(client);
    const troubles = shuffled(troubled.troubles, random);
    for (let rounds = 0; rounds < Math.max(ROUNDS, troubled.troubles.length); rounds += 1) await round(troubles.next().value);
    // Of commands whose answer was lost it isn't known whether they were accepted: sent again they have one effect.
    for (const command of workload.sent.filter(({ accepted }) => !accepted)) expect(await deliver(client, command)).toBe(true);
  }, 300_000 + ROUNDS * 30_000);

  afterAll(async () => {
    await client.close();
    await troubled.end();
  }, 30_000);

  it('decides every accepted command', async () => {
    expect(workload.sent.length).toBeGreaterThan(ROUNDS * 10);
    const decided = async (id: string): Promise<void> => {
      // One that was sent a moment ago may be unknown for a moment: whoever records it may only just be back.
      await eventually(
        () => client.data<Json>('query ($id: ID!) { command(id: $id) { status outcome(waitMs: 10000) { __typename } } }', { id }),
        ({ command }) => expect({ id, seed, command }).toEqual({ id, seed, command: { status: expect.stringMatching(/^(APPLIED|REFUSED)$/), outcome: expect.anything() } }),
        60_000,
      );
    };
    for (let first = 0; first < workload.sent.length; first += AT_ONCE) {
      await Promise.all(workload.sent.slice(first, first + AT_ONCE).map(({ commandId }) => decided(commandId)));
    }
  }, 120_000);

  it('decides it once: one acceptance each, before what came of it, and the versions of each thing without a gap or a double', async () => {
    const things = [...(await readExperiments(client)), ...(await readMethods(client))];
    // A process's outcome can be there before what its steps did is in the trail: that is told over another partition.
    await eventually(() => readAuditTrail(client), (trail) => {
      const acceptances = trail.filter(({ kind }) => kind === 'COMMAND_ACCEPTED').map(({ command }) => command?.id);
      expect([...acceptances].sort()).toEqual(workload.sent.map(({ commandId }) => commandId).sort());
      const places = new Map(trail.flatMap(({ kind, command }, place) => (kind === 'COMMAND_ACCEPTED' ? [[command?.id, place]] : [])));
      expect(trail.filter((entry, place) => tellsOutcome(entry) && !((places.get(entry.command?.id) ?? Infinity) < place))).toEqual([]);
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
    const trail = (await readAuditTrail(client)).map(({ id }) => id);
    const seen = (): Promise<string[]> => Promise.resolve(follower.seen.map(({ id }) => id));
    await eventually(seen, (ids) => expect(ids.slice(0, trail.length)).toEqual(trail), 60_000);
  }, 120_000);
});
