import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { decodeMessage } from '../messaging/envelope';
import type { Commit } from '../event-sourcing/commit';
import type { EventVersions } from '../event-sourcing/event-versions';
import type { WorkerDefinition, WorkerPorts } from '../event-sourcing/handling-loop/definition';
import { startWorker, type Worker } from '../event-sourcing/handling-loop/worker';
import { rebuildViews } from '../event-sourcing/rebuild-views';
import { UnavailableError } from '../health/unavailable-error';
import { inputHash } from '../messaging/input-hash';
import type { Log, NewLogRecord } from '../messaging/log';
import type { ViewDefinition } from '../read-models/read-models';
import { silentLogger } from '../telemetry/logger';
import {
  counterCommand, counterStream, counterTopics, counterView, counterWorker, type CounterCommand, type CounterDocument, type CounterEvent, type CounterState,
} from './counter';
import { eventually } from './eventually';
import { fakeClock } from './fake-clock';
import { Faults } from './faults';
import { intercepted } from './intercepted';

export type WorkerStores = Pick<WorkerPorts, 'events' | 'views' | 'log' | 'transactor' | 'parking'> & { close(): Promise<void> };
type CounterDefinition = WorkerDefinition<CounterState, CounterCommand, CounterEvent>;

interface Told {
  id: string;
  type: string;
  data: { commit: string; sequence: number; result: string; before: number; after: number; id?: string; error?: string };
}

/** Of a command, as the worker that reads it computes it. */
const hashOf = (record: NewLogRecord): string => {
  const decoded = decodeMessage(record);
  if (decoded.kind === 'malformed') throw new TypeError(decoded.reason);
  return inputHash(decoded.message);
};

const add = (amount: number): CounterCommand => ({ type: 'Add', data: { amount } });

/** What the handling loop promises, on the stores that are given. */
export const handlingLoopContract = (
  open: (views: readonly ViewDefinition<never>[]) => Promise<WorkerStores>,
  /** False for a log that hands out one batch of a partition at a time. */
  { overlaps = true }: { overlaps?: boolean } = {},
): void => {
  describe('the handling loop', () => {
    let stores: WorkerStores;
    let told: Told[];
    let workers: Worker[];

    beforeEach(async () => {
      stores = await open([counterView]);
      workers = [];
      told = await listen(stores.log);
    });

    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await stores.close();
    });

    const start = async (changes: Partial<CounterDefinition> = {}, ports: Partial<WorkerPorts> = {}): Promise<Worker> => {
      const worker = await startWorker({ ...counterWorker, ...changes }, { ...stores, clock: fakeClock(), logger: silentLogger, ...ports });
      workers.push(worker);
      return worker;
    };

    const commitsOf = async (counter: string): Promise<Commit[]> => (await stores.events.read([counterStream(counter)])).get(counterStream(counter)) ?? [];
    const viewOf = async (counter: string): Promise<CounterDocument | undefined> =>
      (await stores.views.get<CounterDocument>(counterView.name, 'lab', [counter])).get(counter);
    const idle = (...groups: string[]) => eventually(async () => {
      const lags = await Promise.all((groups.length === 0 ? [counterWorker.group] : groups).map((group) => stores.log.lag(group)));
      const behind = lags.flat().reduce((sum, { lag }) => sum + lag, 0);
      // Asked with every turn of the event loop, and jest's own failure is dear.
      if (behind > 0) throw new Error(`${behind} records are not handled yet`);
    });
    const toldOnce = (): Told[] => [...new Map(told.map((each) => [each.id, each])).values()];

    it('makes one commit of each message: accepted, refused or nothing changed', async () => {
      await stores.log.append([
        counterCommand('a', 'm1', add(1)), counterCommand('a', 'm2', add(0)), counterCommand('b', 'm3', add(5000)), counterCommand('a', 'm4', add(2)),
      ]);
      await start();
      await eventually(() => {
        expect(told).toHaveLength(4);
      });
      expect(await commitsOf('a')).toMatchObject([
        { id: 'lab/client/m1', sequence: 1, version: 1, result: { kind: 'accepted', events: [{ type: 'Added', data: { amount: 1 } }] } },
        { id: 'lab/client/m2', sequence: 2, version: 1, result: { kind: 'nothing-changed' } },
        { id: 'lab/client/m4', sequence: 3, version: 2, result: { kind: 'accepted' } },
      ]);
      expect(await commitsOf('b')).toMatchObject([{ sequence: 1, version: 0, result: { kind: 'refused', refusal: { code: 'TOO_MUCH', details: { total: 0 } } } }]);
      expect(await viewOf('a')).toEqual({ total: 3, sequence: 3 });
    });

    describe('with a second version of an event', () => {
      /** Version 1 said `by`, version 2 says `amount`. */
      const eventVersions: EventVersions = {
        current: (type) => (type === 'Added' ? 2 : 1),
        upcast: (_type, schemaVersion, data) => {
          if (schemaVersion !== 1) throw new TypeError(`Added is stored in version ${schemaVersion}; version 2 is the newest known here`);
          return { amount: (data as { by: number }).by };
        },
      };
      const storedBefore = (sequence: number, by: number): Commit => ({
        id: `lab/client/old${sequence}`, stream: counterStream('a'), sequence, version: sequence, inputHash: hashOf(counterCommand('a', `old${sequence}`, add(by))),
        at: '2026-01-01T00:00:00.000Z', actor: { userId: 'ada', name: 'Ada' },
        message: { id: `old${sequence}`, origin: 'client', type: 'Add', time: '2026-01-01T00:00:00.000Z', correlationId: 'old' },
        result: { kind: 'accepted', events: [{ type: 'Added', data: { by } }] },
      });

      it('reads, folds, projects and publishes what was stored without a version as version 1, and stores new events in version 2', async () => {
        await stores.events.append([storedBefore(1, 5), storedBefore(2, 6)]);
        await start({ eventVersions });
        expect(await viewOf('a')).toEqual({ total: 11, sequence: 2 });
        await stores.log.append([counterCommand('a', 'm1', add(3)), counterCommand('a', 'old2', add(6)), counterCommand('a', 'm2', add(990))]);
        await eventually(async () => {
          expect(toldOnce().map(({ data: { sequence, before, after } }) => [sequence, before, after])).toEqual([[3, 11, 14], [2, 5, 11], [4, 14, 14]]);
          await idle();
        });
        expect((await commitsOf('a')).map(({ result }) => (result.kind === 'accepted' ? result.events : result.kind))).toEqual([
          [{ type: 'Added', data: { by: 5 } }], [{ type: 'Added', data: { by: 6 } }], [{ type: 'Added', schemaVersion: 2, data: { amount: 3 } }], 'refused',
        ]);
        expect(await viewOf('a')).toEqual({ total: 14, sequence: 4 });
      });

      it('rebuilds views from both versions', async () => {
        await stores.events.append([storedBefore(1, 5), { ...storedBefore(2, 6), result: { kind: 'accepted', events: [{ type: 'Added', schemaVersion: 2, data: { amount: 6 } }] } }]);
        await rebuildViews({ ...counterWorker, eventVersions }, stores, [counterView.name]);
        expect(await viewOf('a')).toEqual({ total: 11, sequence: 2 });
      });

      it('parks a command on a stream with an event of a version that is newer than those it knows', async () => {
        await start({ eventVersions });
        await stores.events.append([{ ...storedBefore(1, 5), result: { kind: 'accepted', events: [{ type: 'Added', schemaVersion: 3, data: { sum: 5 } }] } }]);
        await stores.log.append([counterCommand('a', 'm1', add(3))]);
        await eventually(async () => {
          expect(await stores.parking.read(counterStream('a'))).toMatchObject([{ reason: { kind: 'failed', error: 'TypeError: Added is stored in version 3; version 2 is the newest known here' } }]);
        });
      });
    });

    it('has projected what it publishes', async () => {
      await start();
      const seen: (CounterDocument | undefined)[] = [];
      const reader = await stores.log.subscribe({ group: 'reader', topics: [counterTopics.events] }, async (batch) => {
        seen.push(await viewOf('a'));
        for (const record of batch.records) await batch.acknowledge(record);
      });
      await stores.log.append([counterCommand('a', 'm1', add(7))]);
      await eventually(() => {
        expect(seen).toEqual([{ total: 7, sequence: 1 }]);
      });
      await reader.stop();
    });

    it('stores, then projects, then publishes', async () => {
      const { views, log } = stores;
      const steps: unknown[] = [];
      await start({}, {
        views: intercepted(views, {
          write: async (writes) => {
            steps.push({ stored: (await commitsOf('a')).length });
            await views.write(writes);
          },
        }),
        log: intercepted(log, {
          append: async (records) => {
            steps.push({ projected: await viewOf('a') });
            await log.append(records);
          },
        }),
      });
      await log.append([counterCommand('a', 'm1', add(7))]);
      await eventually(() => {
        expect(steps).toEqual([{ stored: 1 }, { projected: { total: 7, sequence: 1 } }]);
      });
    });

    it('answers a message that comes again with the outcome that it had, in one batch and in the next', async () => {
      await start();
      await stores.log.append([counterCommand('a', 'm1', add(600)), counterCommand('a', 'm1', add(600))]);
      await idle();
      await stores.log.append([counterCommand('a', 'm1', add(600)), counterCommand('a', 'm2', add(1))]);
      await idle();
      expect(await commitsOf('a')).toMatchObject([{ id: 'lab/client/m1', sequence: 1 }, { id: 'lab/client/m2', sequence: 2 }]);
      expect(await viewOf('a')).toEqual({ total: 601, sequence: 2 });
      await eventually(() => {
        expect(toldOnce().map(({ data }) => data.result)).toEqual(['accepted', 'accepted']);
      });
    });

    it('knows a message again after a restart, a refused one too', async () => {
      const before = await start();
      await stores.log.append([counterCommand('a', 'm1', add(600)), counterCommand('a', 'm2', add(600))]);
      await idle();
      await before.stop();
      await start();
      await stores.log.append([counterCommand('a', 'm2', add(600)), counterCommand('a', 'm1', add(600)), counterCommand('a', 'm3', add(-600))]);
      await idle();
      await stores.log.append([counterCommand('a', 'm2', add(600))]);
      await idle();
      expect((await commitsOf('a')).map(({ id, result }) => [id, result.kind])).toEqual([
        ['lab/client/m1', 'accepted'], ['lab/client/m2', 'refused'], ['lab/client/m3', 'accepted'],
      ]);
      await eventually(() => {
        expect(new Set(told.map(({ data }) => `${data.commit} ${data.before} ${data.after}`)))
          .toEqual(new Set(['lab/client/m1 0 600', 'lab/client/m2 600 600', 'lab/client/m3 600 0']));
      });
    });

    it.each([
      ['another input', counterCommand('a', 'm1', add(2))],
      ['another actor', counterCommand('a', 'm1', add(1), 'eve')],
      ['another subject', counterCommand('b', 'm1', add(1))],
    ])('refuses an id that was used with %s, and lets the first outcome stand', async (_what, other) => {
      await start();
      await stores.log.append([counterCommand('a', 'm1', add(1))]);
      await idle();
      await stores.log.append([other, other]);
      await idle();
      await stores.log.append([other, counterCommand('a', 'm1', add(1))]);
      await idle();
      expect((await commitsOf('a'))[0]).toMatchObject({ id: 'lab/client/m1', result: { kind: 'accepted' } });
      const refused = [...(await commitsOf('a')), ...(await commitsOf('b'))].filter(({ result }) => result.kind === 'refused');
      expect(refused).toMatchObject([{ id: expect.stringMatching(/^lab\/client\/m1\/[0-9a-f]{32}$/) as string, result: { refusal: { code: 'COMMAND_ID_REUSED' } } }]);
      expect(await viewOf('a')).toMatchObject({ total: 1 });
    });

    it('gives an id that two subjects claim in one batch to one of them', async () => {
      await stores.log.append([counterCommand('a', 'm1', add(1)), counterCommand('b', 'm1', add(1))]);
      await start();
      await idle();
      const kinds = [...(await commitsOf('a')), ...(await commitsOf('b'))].map(({ result }) => result.kind);
      expect(kinds.sort()).toEqual(['accepted', 'refused']);
    });

    it('decides again when another worker was faster on a stream that it holds in memory', async () => {
      const warm = await start({ group: 'one' });
      await stores.log.append([counterCommand('a', 'm1', add(400))]);
      await eventually(async () => {
        expect(await commitsOf('a')).toHaveLength(1);
      });
      await warm.stop();
      // Both read everything, as a zombie and its successor do; each of them handles all messages.
      await start({ group: 'two' });
      await start({ group: 'three' });
      for (let index = 2; index <= 20; index += 1) {
        await stores.log.append([counterCommand('a', `m${index}`, add(index % 5 === 0 ? 700 : 1)), counterCommand('b', `b${index}`, add(1))]);
      }
      await idle('two', 'three');
      const commits = await commitsOf('a');
      expect(commits.map(({ sequence }) => sequence)).toEqual(commits.map((_, index) => index + 1));
      expect(commits.map(({ message }) => message.id)).toEqual(Array.from({ length: 20 }, (_, index) => `m${index + 1}`));
      expect(await viewOf('a')).toEqual({ total: 415, sequence: 20 });
      expect(await viewOf('b')).toEqual({ total: 19, sequence: 19 });
    });

    it('never lets the time of a stream go back', async () => {
      const clock = fakeClock();
      await start({}, { clock });
      await stores.log.append([counterCommand('a', 'm1', add(1))]);
      await idle();
      clock.advance(-60_000);
      await stores.log.append([counterCommand('a', 'm2', add(1))]);
      await idle();
      const [first, second] = await commitsOf('a');
      expect(second?.at).toBe(first?.at);
    });

    it('parks what fails, with everything behind it for its key, and goes on with all other keys', async () => {
      await start();
      await stores.log.append([
        counterCommand('a', 'm1', add(1)), counterCommand('a', 'm2', { type: 'Break', data: {} }), counterCommand('a', 'm3', add(1)), counterCommand('b', 'm4', add(1)),
      ]);
      await idle();
      await stores.log.append([counterCommand('a', 'm5', add(1)), counterCommand('b', 'm6', add(1))]);
      await idle();
      expect((await commitsOf('a')).map(({ message }) => message.id)).toEqual(['m1']);
      expect((await commitsOf('b')).map(({ message }) => message.id)).toEqual(['m4', 'm6']);
      expect(await stores.parking.keys()).toEqual([counterStream('a')]);
      expect((await stores.parking.read(counterStream('a'))).map(({ record, reason }) => [record.headers.ce_id, reason])).toEqual([
        ['m2', { kind: 'failed', error: 'Error: This counter is broken', attempts: 3 }], ['m3', { kind: 'behind' }], ['m5', { kind: 'behind' }],
      ]);
      await eventually(() => {
        expect(toldOnce().filter(({ type }) => type === 'CommandParked').map(({ data }) => data.id)).toEqual(['m2', 'm3', 'm5']);
      });
    });

    it.each([
      ['of an unknown type', counterCommand('a', 'm1', { type: 'Fly', data: {} }), 'No message of type Fly is known here'],
      ['that can not be parsed', counterCommand('a', 'm1', { type: 'Add', data: { amount: 'much' } }), 'amount has to be a number'],
      ['that is no message', { topic: counterTopics.commands, key: counterStream('a'), headers: {}, value: 'x' }, 'The header ce_specversion is missing'],
      ['whose key is no stream', { topic: counterTopics.commands, key: 'x', headers: { ce_specversion: '1.0', ce_subject: 'x', ce_lab: 'x' }, value: '{}' }, 'Not a stream id: x'],
    ])('parks a record %s at once, with a copy that says why', async (_what, record, reason) => {
      const copies: string[] = [];
      const reader = await stores.log.subscribe({ group: 'operators', topics: [counterTopics.deadLetters] }, (batch) => {
        copies.push(...batch.records.map(({ headers }) => decodeURIComponent(headers['parked-reason'] ?? '')));
        return Promise.resolve();
      });
      await start();
      await stores.log.append([record, counterCommand('b', 'm2', add(1))]);
      await idle();
      expect(await viewOf('b')).toEqual({ total: 1, sequence: 1 });
      expect((await stores.parking.read(record.key)).map((parked) => parked.reason)).toEqual([{ kind: 'failed', error: reason, attempts: 1 }]);
      await eventually(() => {
        expect(copies).toEqual([reason]);
      });
      await reader.stop();
    });

    it('parks a message whose consequences can not be worked out, before it has happened', async () => {
      const project: CounterDefinition['project'] = (commit, after) => {
        if (commit.message.id === 'm2') throw new TypeError('no such view');
        return counterWorker.project(commit, after);
      };
      await start({ project });
      await stores.log.append([counterCommand('a', 'm1', add(1)), counterCommand('a', 'm2', add(1)), counterCommand('b', 'm3', add(1))]);
      await idle();
      expect(await commitsOf('a')).toHaveLength(1);
      expect((await stores.parking.read(counterStream('a'))).map(({ reason }) => reason)).toEqual([{ kind: 'failed', error: 'TypeError: no such view', attempts: 3 }]);
    });

    it('pauses a key whose stored commit can not be published, parks nothing, and goes on with other keys and, once it can, with this one', async () => {
      const before = await start({ group: 'before' });
      await stores.log.append([counterCommand('a', 'm1', add(1)), counterCommand('a', 'm2', add(1)), counterCommand('b', 'b1', add(1))]);
      await eventually(async () => {
        expect(await commitsOf('a')).toHaveLength(2);
      });
      await before.stop();
      let broken = true;
      const alarms: unknown[] = [];
      const publish: CounterDefinition['publish'] = (commit, from, to) => {
        if (broken && commit.message.id === 'm2') throw new TypeError('no such topic');
        return counterWorker.publish(commit, from, to);
      };
      await start({ publish }, { logger: { ...silentLogger, error: (...facts: unknown[]) => alarms.push(facts) } as WorkerPorts['logger'] });
      await stores.log.append([counterCommand('a', 'm3', add(1)), counterCommand('b', 'b2', add(1))]);
      await eventually(async () => {
        expect(await viewOf('b')).toEqual({ total: 2, sequence: 2 });
        expect(alarms.length).toBeGreaterThan(1);
      });
      expect(await commitsOf('a')).toHaveLength(2);
      expect(await stores.parking.keys()).toEqual([]);
      broken = false;
      await idle();
      expect(await viewOf('a')).toEqual({ total: 3, sequence: 3 });
    });

    it('parks nothing for trouble with the infrastructure, and goes on when it is over', async () => {
      const faults = new Faults(stores);
      faults.failAll('the disk is full');
      await start({}, faults.ports);
      await stores.log.append([counterCommand('a', 'm1', add(1)), counterCommand('a', 'm2', add(1))]);
      await eventually(() => {
        expect(faults.failures).toBeGreaterThan(2);
      });
      faults.heal();
      await idle();
      expect(await viewOf('a')).toEqual({ total: 2, sequence: 2 });
      expect(await stores.parking.keys()).toEqual([]);
    });

    describe('when something goes wrong at any of its calls', () => {
      const send = (counter: string) => stores.log.append([
        counterCommand(counter, `${counter}-1`, add(400)), counterCommand(counter, `${counter}-2`, add(700)), counterCommand(counter, `${counter}-1`, add(400)),
        counterCommand(counter, `${counter}-3`, add(1)), counterCommand(counter, `${counter}-4`, { type: 'Break', data: {} }), counterCommand(counter, `${counter}-5`, add(1)),
      ]);
      const expectAllDoneOnce = async (counter: string) => {
        expect((await commitsOf(counter)).map(({ sequence, message, result }) => [sequence, message.id, result.kind])).toEqual([
          [1, `${counter}-1`, 'accepted'], [2, `${counter}-2`, 'refused'], [3, `${counter}-3`, 'accepted'],
        ]);
        expect(await viewOf(counter)).toEqual({ total: 401, sequence: 3 });
        expect((await stores.parking.read(counterStream(counter))).map(({ record }) => record.headers.ce_id)).toEqual([`${counter}-4`, `${counter}-5`]);
        await eventually(() => {
          const ofCounter = toldOnce().filter(({ data }) => (data.commit ?? data.id).includes(`${counter}-`));
          expect(ofCounter.map(({ data }) => data.sequence ?? data.id)).toEqual([1, 2, 3, `${counter}-4`, `${counter}-5`]);
        });
      };

      it.each(['before', 'after'] as const)('loses and doubles nothing: it dies right %s the call, and another one goes on', async (when) => {
        for (let call = 1; ; call += 1) {
          const faults = new Faults(stores);
          const mortal = await start({}, faults.ports);
          faults.dieAt(call, when);
          await send(`a${call}`);
          await Promise.race([idle(), faults.died]);
          await mortal.stop();
          const successor = await start();
          await idle();
          await successor.stop();
          await expectAllDoneOnce(`a${call}`);
          if (faults.failures === 0) break;
        }
      });

      it.each(['before', 'after'] as const)('loses and doubles nothing: it is told of an error %s the call, and goes on itself', async (when) => {
        const faults = new Faults(stores);
        await start({}, faults.ports);
        for (let call = 1; ; call += 1) {
          const before = faults.failures;
          faults.dieAt(call, when);
          await send(`a${call}`);
          await Promise.race([idle(), faults.died]);
          faults.heal();
          await idle();
          await expectAllDoneOnce(`a${call}`);
          await stores.log.append([counterCommand(`b${call}`, `b${call}-1`, add(1))]);
          await idle();
          expect(await commitsOf(`b${call}`)).toHaveLength(1);
          if (faults.failures === before) break;
        }
      });

      it('leaves no gap behind commits that were undone', async () => {
        const faults = new Faults(stores);
        await start({}, faults.ports);
        await stores.log.append([counterCommand('a', 'm0', add(1))]);
        await idle();
        for (let call = 1; call <= 8; call += 1) {
          faults.dieAt(call, 'before');
          await stores.log.append([counterCommand('a', `m${call}`, add(1)), counterCommand('a', `n${call}`, add(1))]);
          await Promise.race([idle(), faults.died]);
          faults.heal();
          await idle();
        }
        const commits = await commitsOf('a');
        expect(commits.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));
        expect(await viewOf('a')).toEqual({ total: 17, sequence: 17 });
      });
    });

    it('keeps its promises whatever comes, however often, while calls fail and a second worker does the same work', async () => {
      const command = fc.record({ type: fc.constantFrom('Open' as const, 'Add' as const), counter: fc.nat(2), id: fc.nat(5), amount: fc.constantFrom(0, 1, 600) });
      let run = 0;
      await fc.assert(fc.asyncProperty(fc.array(fc.array(command, { maxLength: 6 }), { minLength: 1, maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }), async (batches, failingCalls) => {
        run += 1;
        const prefix = `r${run}`;
        const faults = new Faults(stores);
        const groups = [`${prefix}-one`, `${prefix}-two`] as const;
        faults.dawdle();
        const [one, two] = [await start({ group: groups[0], maxBatch: 2 }, faults.ports), await start({ group: groups[1], maxBatch: 3 })];
        for (const [index, batch] of batches.entries()) {
          const failing = failingCalls[index];
          if (failing !== undefined) faults.dieAt(failing, index % 2 === 0 ? 'before' : 'after');
          await stores.log.append(batch.map(({ type, counter, id, amount }) => counterCommand(`${prefix}-${counter}`, `${prefix}-${id}`, { type, data: { amount } })));
          if (failing !== undefined) await Promise.race([faults.died, idle(groups[0])]);
          faults.heal();
        }
        await idle(...groups);
        await Promise.all([one.stop(), two.stop()]);

        const names = [0, 1, 2].map((counter) => `${prefix}-${counter}`);
        const commits = (await Promise.all(names.map(commitsOf))).flat();
        // One commit for each different request; of those with one id, one was decided and the others were told that it is taken.
        const requests = batches.flat();
        expect(commits).toHaveLength(new Set(requests.map(({ type, counter, id, amount }) => `${type} ${counter} ${id} ${amount}`)).size);
        for (const id of new Set(requests.map((request) => request.id))) {
          const ofId = commits.filter(({ message }) => message.id === `${prefix}-${id}`);
          expect(ofId.filter((commit) => commit.id === `lab/client/${prefix}-${id}`)).toHaveLength(1);
          expect(ofId.filter(({ result }) => result.kind === 'refused' && result.refusal.code === 'COMMAND_ID_REUSED')).toHaveLength(ofId.length - 1);
        }
        for (const name of names) {
          const own = await commitsOf(name);
          expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, index) => index + 1));
          const total = own.flatMap(({ result }) => (result.kind === 'accepted' ? result.events : [])).reduce((sum, { data }) => sum + (data as { amount: number }).amount, 0);
          expect(await viewOf(name)).toEqual(own.length === 0 ? undefined : { total, sequence: own.length });
        }
        await eventually(() => {
          expect(new Set(toldOnce().map(({ data }) => data.commit).filter((id) => id.includes(`/${prefix}-`)))).toEqual(new Set(commits.map(({ id }) => id)));
        });
        // Some are told again and again, but none for the first time before those in front of it in its stream.
        const places = toldOnce().map(({ data }) => data.commit);
        for (const name of names) {
          const own = (await commitsOf(name)).map(({ id }) => id);
          expect(places.filter((id) => own.includes(id))).toEqual(own);
        }
        expect(await stores.parking.keys()).toEqual([]);
      }), { numRuns: Number(process.env.RUNS ?? 25), endOnFailure: true });
    });

    if (overlaps) {
      it('decides and stores a batch while those before it are being projected, and publishes and acknowledges them in order', async () => {
        const { views, log } = stores;
        const held = Promise.withResolvers<undefined>();
        const heldAcknowledgement = Promise.withResolvers<undefined>();
        const steps: string[] = [];
        const overlapping = await start({ maxBatch: 1 }, {
          views: intercepted(views, {
            write: async (writes) => {
              if (writes.some(({ sequence }) => sequence === 1)) await held.promise;
              await views.write(writes);
            },
          }),
          log: intercepted(log, {
            append: async (records) => {
              steps.push(...records.map(({ value }) => `published ${(JSON.parse(value) as Told['data']).sequence}`));
              await log.append(records);
            },
            subscribe: (options, handle) => log.subscribe(options, (batch) => handle({
              ...batch,
              acknowledge: async (upTo) => {
                if (upTo.headers.ce_id === 'm1') await heldAcknowledgement.promise;
                steps.push(`acknowledged ${upTo.headers.ce_id}`);
                await batch.acknowledge(upTo);
              },
            })),
          }),
        });
        await log.append([counterCommand('a', 'm1', { type: 'Open', data: { amount: 1 } }), counterCommand('a', 'm2', add(2)), counterCommand('a', 'm3', add(4))]);
        await eventually(async () => {
          expect(await commitsOf('a')).toHaveLength(3);
        });
        expect(steps).toEqual([]);
        held.resolve(undefined);
        await eventually(() => {
          expect(steps).toHaveLength(3);
        });
        heldAcknowledgement.resolve(undefined);
        await idle();
        await overlapping.stop();
        expect(steps).toEqual(['published 1', 'published 2', 'published 3', 'acknowledged m1', 'acknowledged m2', 'acknowledged m3']);
        expect(await viewOf('a')).toEqual({ total: 7, sequence: 3 });
      });

      it('tells a stream in order, before a slow worker tells some of it again behind the rest', async () => {
        const { log } = stores;
        const held = Promise.withResolvers<undefined>();
        let isHolding = false;
        await start({ group: 'slow' }, {
          log: intercepted(log, {
            append: async (records) => {
              isHolding = true;
              await held.promise;
              await log.append(records);
            },
          }),
        });
        await log.append([counterCommand('a', 'm1', add(1))]);
        await eventually(() => {
          expect(isHolding).toBe(true);
        });
        // It reads everything, as whoever takes the partition over.
        await start();
        await log.append([counterCommand('a', 'm2', add(2))]);
        await idle();
        held.resolve(undefined);
        await eventually(() => {
          expect(told.map(({ data: { sequence } }) => sequence)).toEqual([1, 2, 1, 2]);
        });
      });

      it('decides anew what was decided on a state that was never stored', async () => {
        await start();
        await stores.log.append([counterCommand('b', 'm1', add(1))]);
        await idle();
        const { events } = stores;
        const held = Promise.withResolvers<undefined>();
        const decided = new Set<string>();
        const decide: CounterDefinition['decider']['decide'] = (command, state, context) => {
          if (context.stream === counterStream('a')) decided.add(context.message.id);
          return counterWorker.decider.decide(command, state, context);
        };
        const append = async (commits: readonly Commit[]) => {
          await held.promise;
          return events.append(commits);
        };
        await Promise.all(workers.map((worker) => worker.stop()));
        await start({ maxBatch: 1, decider: { ...counterWorker.decider, decide } }, { events: intercepted(events, { append }) });
        // The first will be refused, as its id is taken in another stream; both others were decided as if it would not.
        await stores.log.append([counterCommand('a', 'm1', add(400)), counterCommand('a', 'm2', add(700)), counterCommand('a', 'm3', add(500))]);
        await eventually(() => {
          expect([...decided]).toEqual(['m1', 'm2', 'm3']);
        });
        held.resolve(undefined);
        await idle();
        expect((await commitsOf('a')).map(({ message, result }) => [message.id, result.kind])).toEqual([['m1', 'refused'], ['m2', 'accepted'], ['m3', 'refused']]);
        expect(await viewOf('a')).toMatchObject({ total: 700 });
      });

      it('tries a message that failed on a state that is not stored yet as often as any other', async () => {
        const { events } = stores;
        const held = Promise.withResolvers<undefined>();
        let failures = 0;
        const project: CounterDefinition['project'] = (commit, after) => {
          if (commit.message.id === 'm2' && failures < 1) {
            failures += 1;
            held.resolve(undefined);
            throw new TypeError('not yet');
          }
          return counterWorker.project(commit, after);
        };
        const append = async (commits: readonly Commit[]) => {
          await held.promise;
          return events.append(commits);
        };
        await start({ maxBatch: 1, retries: 1, project }, { events: intercepted(events, { append }) });
        await stores.log.append([counterCommand('a', 'm1', add(1)), counterCommand('a', 'm2', add(1))]);
        await idle();
        expect(await stores.parking.keys()).toEqual([]);
        expect(await viewOf('a')).toEqual({ total: 2, sequence: 2 });
      });

      it('keeps the order of what it sets aside, though parking fails while more comes behind', async () => {
        const { log, parking } = stores;
        await start({ maxBatch: 1 });
        await log.append([counterCommand('a', 'm1', { type: 'Break', data: {} })]);
        await idle();
        await Promise.all(workers.map((worker) => worker.stop()));
        const bothInHand = Promise.withResolvers<undefined>();
        let asked = 0;
        let parkings = 0;
        await start({ maxBatch: 1 }, {
          parking: intercepted(parking, {
            parkedAmong: async (keys) => {
              const parked = await parking.parkedAmong(keys);
              asked += 1;
              if (asked === 2) bothInHand.resolve(undefined);
              return parked;
            },
            park: async (messages) => {
              parkings += 1;
              if (parkings > 1) return parking.park(messages);
              // Whoever may go on by now does.
              await setImmediate();
              throw new UnavailableError('The parking lot', 'it is away');
            },
          }),
          log: intercepted(log, {
            append: async (records) => {
              await bothInHand.promise;
              await log.append(records);
            },
          }),
        });
        await log.append([counterCommand('a', 'm2', add(1)), counterCommand('a', 'm3', add(1))]);
        await idle();
        expect((await parking.read(counterStream('a'))).map(({ record }) => record.headers.ce_id)).toEqual(['m1', 'm2', 'm3']);
      });
    }

    it('sets aside what comes behind a message that fails while it is in hand', async () => {
      await start({ maxBatch: 1 });
      await stores.log.append([
        counterCommand('a', 'm1', add(1)), counterCommand('a', 'm2', { type: 'Break', data: {} }), counterCommand('a', 'm3', add(1)), counterCommand('a', 'm4', add(1)),
      ]);
      await idle();
      expect((await commitsOf('a')).map(({ message }) => message.id)).toEqual(['m1']);
      expect((await stores.parking.read(counterStream('a'))).map(({ record }) => record.headers.ce_id)).toEqual(['m2', 'm3', 'm4']);
    });

    it('finds out that a stream is there which a command says it opens', async () => {
      await start();
      await stores.log.append([counterCommand('a', 'm1', add(600))]);
      await idle();
      const successor = await start({ group: 'other' });
      await stores.log.append([counterCommand('a', 'm2', { type: 'Open', data: { amount: 600 } }), counterCommand('b', 'm3', { type: 'Open', data: { amount: 600 } })]);
      await idle('other', counterWorker.group);
      await successor.stop();
      expect((await commitsOf('a')).map(({ result }) => result.kind)).toEqual(['accepted', 'refused']);
      expect(await viewOf('b')).toEqual({ total: 600, sequence: 1 });
    });

    it('rebuilds its views from the commits, to the same', async () => {
      await start();
      await stores.log.append(Array.from({ length: 60 }, (_, index) => counterCommand(`c${index % 7}`, `m${index}`, add(index))));
      await idle();
      const all = () => stores.views.page<CounterDocument>({ view: counterView.name, lab: 'lab', orderBy: { field: 'total', direction: 'ascending' }, limit: 100 });
      const before = await all();
      expect(before.items).toHaveLength(7);
      await stores.views.clear(counterView.name);
      expect((await all()).items).toEqual([]);
      expect(await stores.views.outdated()).toEqual([counterView.name]);
      await rebuildViews(counterWorker, stores, [counterView.name]);
      expect(await all()).toEqual(before);
      expect(await stores.views.outdated()).toEqual([]);
    });
  });
};

/** What is told on the events topic, as it comes; ends with the log. */
const listen = async (log: Log): Promise<Told[]> => {
  const told: Told[] = [];
  await log.subscribe({ group: 'listener', topics: [counterTopics.events] }, async (batch) => {
    for (const record of batch.records) {
      const decoded = decodeMessage(record);
      if (decoded.kind === 'malformed') throw new TypeError(decoded.reason);
      const { id, type, data } = decoded.message;
      told.push({ id, type, data: data as Told['data'] });
    }
    const last = batch.records.at(-1);
    if (last) await batch.acknowledge(last);
  });
  return told;
};
