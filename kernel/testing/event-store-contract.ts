import type { Commit } from '../event-sourcing/commit';
import type { EventStore } from '../event-sourcing/event-store';
import type { StreamId } from '../messaging/streams';

const commit = (stream: string, sequence: number, id = `${stream}-${sequence}`): Commit => ({
  id: `lab/client/${id}`,
  stream: `lab/thing/${stream}`,
  sequence,
  version: sequence,
  inputHash: '0'.repeat(32),
  at: '2026-01-02T03:04:05.678Z',
  actor: { userId: 'ada', name: 'Ada Łovelace 🧪' },
  message: { id, origin: 'client', type: 'Do', time: '2026-01-02T03:04:05.000Z', correlationId: id },
  result: { kind: 'accepted', events: [{ type: 'Done', data: { text: 'a "b" \u2028 ü', n: 1.5, none: null } }] },
});

const thing = (name: string): StreamId => `lab/thing/${name}`;

/** What every event store promises; `ofAnother`: that of another service of the same installation. */
export const eventStoreContract = (open: () => Promise<{ events: EventStore; ofAnother: EventStore; close(): Promise<void> }>): void => {
  describe('an event store', () => {
    let events: EventStore;
    let ofAnother: EventStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ events, ofAnother, close } = await open());
    });
    afterEach(() => close());

    const sequencesOf = async (name: string) => (await events.read([thing(name)])).get(thing(name))?.map(({ sequence }) => sequence);

    it('gives back what was appended, stream by stream and in order', async () => {
      const commits = [commit('a', 1), commit('b', 1), commit('a', 2), commit('b', 2), commit('a', 3)];
      expect(await events.append(commits)).toEqual(expect.arrayContaining([{ stream: thing('a'), kind: 'appended' }, { stream: thing('b'), kind: 'appended' }]));
      const read = await events.read([thing('a'), thing('b'), thing('none')]);
      expect(read.get(thing('a'))).toEqual([commits[0], commits[2], commits[4]]);
      expect(read.get(thing('b'))).toEqual([commits[1], commits[3]]);
      expect(read.get(thing('none'))).toEqual([]);
    });

    it('keeps refusals, no-effects and outgoing commands as well', async () => {
      const refused: Commit = { ...commit('a', 1), result: { kind: 'refused', refusal: { code: 'NO', message: 'No.', details: { version: 3 } } } };
      const nothing: Commit = { ...commit('a', 2), result: { kind: 'nothing-changed' } };
      const sending: Commit = { ...commit('a', 3), commands: [{ type: 'Go', data: { to: 1 }, topic: 'things.commands', stream: thing('b'), step: 'go/1' }] };
      await events.append([refused, nothing, sending]);
      expect((await events.read([thing('a')])).get(thing('a'))).toEqual([refused, nothing, sending]);
    });

    it.each([
      ['the sequence is taken', commit('a', 2, 'other')],
      ['the id is taken in this stream', commit('a', 3, 'a-1')],
      ['the id is taken in another stream', commit('a', 3, 'b-1')],
    ])('stores nothing of a stream from where %s, and all of the other streams', async (_why, conflicting) => {
      await events.append([commit('a', 1), commit('a', 2), commit('b', 1)]);
      const results = await events.append([conflicting, commit('b', 2), { ...commit('a', conflicting.sequence + 1) }, commit('c', 1)]);
      expect(results).toHaveLength(3);
      expect(results).toEqual(expect.arrayContaining([
        { stream: thing('a'), kind: 'conflict', stored: 0 }, { stream: thing('b'), kind: 'appended' }, { stream: thing('c'), kind: 'appended' },
      ]));
      expect(await sequencesOf('a')).toEqual([1, 2]);
      expect(await sequencesOf('b')).toEqual([1, 2]);
      expect(await sequencesOf('c')).toEqual([1]);
    });

    it('stores a stream up to its first conflict', async () => {
      await events.append([commit('b', 1)]);
      const results = await events.append([commit('a', 1), commit('a', 2), commit('a', 3, 'b-1'), commit('a', 4)]);
      expect(results).toEqual([{ stream: thing('a'), kind: 'conflict', stored: 2 }]);
      expect(await sequencesOf('a')).toEqual([1, 2]);
    });

    it('lets one of two who append at once win, whole', async () => {
      const attempts = Array.from({ length: 8 }, (_, index) => events.append([commit('a', 1, `x${index}`), commit('a', 2, `y${index}`)]));
      const results = (await Promise.all(attempts)).map(([result]) => result?.kind);
      expect(results.filter((kind) => kind === 'appended')).toHaveLength(1);
      expect(await sequencesOf('a')).toEqual([1, 2]);
      const winner = results.indexOf('appended');
      expect((await events.read([thing('a')])).get(thing('a'))?.map(({ message }) => message.id)).toEqual([`x${winner}`, `y${winner}`]);
    });

    it('finds commits by id, and leaves out the ones that are not there', async () => {
      await events.append([commit('a', 1), commit('b', 1), commit('b', 2)]);
      const found = await events.find(['lab/client/b-2', 'lab/client/none', 'lab/client/a-1']);
      expect(found.map(({ id }) => id).sort()).toEqual(['lab/client/a-1', 'lab/client/b-2']);
      expect(await events.find([])).toEqual([]);
    });

    it('leaves the id of a client to the service that was first to append under it, and says that it is taken', async () => {
      await events.append([commit('a', 1, 'one')]);
      expect(await ofAnother.append([commit('b', 1, 'two'), commit('b', 2, 'one'), commit('b', 3, 'three'), commit('c', 1, 'four')])).toEqual(expect.arrayContaining([
        { stream: thing('b'), kind: 'conflict', stored: 1 }, { stream: thing('c'), kind: 'appended' },
      ]));
      expect([...await ofAnother.takenAmong(['lab/client/one', 'lab/client/two', 'lab/client/none'])].sort()).toEqual(['lab/client/one', 'lab/client/two']);
      expect([...await events.takenAmong(['lab/client/one', 'lab/client/none'])]).toEqual(['lab/client/one']);
      expect((await ofAnother.find(['lab/client/one']))).toEqual([]);
      // What comes again meets its own commit, and the id stays where it is.
      expect(await events.append([commit('a', 1, 'one')])).toEqual([{ stream: thing('a'), kind: 'conflict', stored: 0 }]);
      expect((await events.find(['lab/client/one']))).toHaveLength(1);
    });

    it('lets one of two services win that append under one id at once', async () => {
      const results = (await Promise.all([events, ofAnother, events, ofAnother].map((store, index) => store.append([commit(`s${index}`, 1, 'same')])))).flat();
      expect(results.filter(({ kind }) => kind === 'appended')).toHaveLength(1);
      expect([...await events.find(['lab/client/same']), ...await ofAnother.find(['lab/client/same'])]).toHaveLength(1);
    });

    it('takes ids of other origins, and refusals of an id that was used before, in any service', async () => {
      const answer: Commit = { ...commit('a', 1), id: 'lab/process/x', message: { ...commit('a', 1).message, id: 'x', origin: 'process' } };
      const refusal: Commit = { ...commit('a', 2, 'one'), id: `lab/client/one/${'f'.repeat(32)}` };
      expect(await events.append([answer, refusal])).toEqual([{ stream: thing('a'), kind: 'appended' }]);
      expect(await ofAnother.append([answer, refusal])).toEqual([{ stream: thing('a'), kind: 'appended' }]);
    });

    it('scans everything once, stream by stream and each in order, whatever the size of a batch', async () => {
      const names = ['a', 'b', 'c', 'd'];
      for (const sequence of [1, 2, 3]) await events.append(names.map((name) => commit(name, sequence)));
      for (const batchSize of [1, 2, 5, 100]) {
        const scanned: Commit[] = [];
        for await (const batch of events.scan(batchSize)) {
          expect(batch.length).toBeLessThanOrEqual(batchSize);
          scanned.push(...batch);
        }
        expect(scanned).toHaveLength(12);
        const runs = scanned.map(({ stream }) => stream).filter((stream, index, all) => stream !== all[index - 1]);
        expect(runs.sort()).toEqual(names.map(thing));
        for (const name of names) expect(scanned.filter(({ stream }) => stream === thing(name)).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
      }
    });
  });
};
