import type { Document } from 'mongodb';
import type { Commit } from '../event-sourcing/commit';
import { withMongodb } from '../testing/real-servers';
import type { ServiceStores } from './mongodb';
import { TestDatabases } from './open-for-tests';

const commit = (stream: string, sequence: number, id = `${stream}-${sequence}`): Commit => ({
  id: `lab/client/${id}`,
  stream: `lab/thing/${stream}`,
  sequence,
  version: sequence,
  inputHash: '0'.repeat(32),
  at: '2026-01-02T03:04:05.678Z',
  actor: { userId: 'ada', name: 'Ada' },
  message: { id, origin: 'client', type: 'Do', time: '2026-01-02T03:04:05.000Z', correlationId: id },
  result: { kind: 'accepted', events: [{ type: 'Done', data: {} }] },
});

withMongodb((url) => {
  describe('commits of many streams, appended at once', () => {
    let databases: TestDatabases;
    let events: ServiceStores['events'];
    beforeEach(async () => {
      databases = new TestDatabases(url);
      ({ events } = await (await databases.open()).service('things', {}));
    });
    afterEach(() => databases.close());

    const streams = Array.from({ length: 250 }, (_, index) => `s${index}`);

    it('cost a handful of round trips when all of them are known', async () => {
      const known = streams.flatMap((stream) => [commit(stream, 1), commit(stream, 2)]);
      await events.append(known);
      let results: unknown[] = [];
      const commands = await databases.commandsDuring('things', async () => {
        results = await events.append(known);
      });
      expect(results).toEqual(streams.map((stream) => ({ stream: `lab/thing/${stream}`, kind: 'conflict', stored: 0 })));
      expect(commands.length).toBeLessThanOrEqual(4);
    });

    it('cost a handful of round trips when some of them are known, and the others are stored', async () => {
      await events.append(streams.filter((_, index) => index % 3 === 0).map((stream) => commit(stream, 1)));
      const commands = await databases.commandsDuring('things', async () => {
        await events.append(streams.flatMap((stream) => [commit(stream, 1), commit(stream, 2)]));
      });
      expect(commands.length).toBeLessThanOrEqual(6);
      const read = await events.read(streams.map((stream) => `lab/thing/${stream}` as const));
      expect(streams.map((stream) => read.get(`lab/thing/${stream}`)?.length)).toEqual(streams.map((_, index) => (index % 3 === 0 ? 1 : 2)));
    });

    it('leave no gap: one that does not follow on what its stream has is a conflict', async () => {
      await events.append([commit('a', 1)]);
      expect(await events.append([commit('a', 3), commit('b', 1), commit('c', 2), commit('d', 1), commit('d', 3)])).toEqual([
        { stream: 'lab/thing/a', kind: 'conflict', stored: 0 },
        { stream: 'lab/thing/b', kind: 'appended' },
        { stream: 'lab/thing/c', kind: 'conflict', stored: 0 },
        { stream: 'lab/thing/d', kind: 'conflict', stored: 1 },
      ]);
    });

    it('are documents that an operator can query by what is in their events', async () => {
      await events.append([commit('a', 1)]);
      const found = await databases.withClient((client) => client.db(`${databases.prefix}-things`).collection<Document>('commits').findOne({ 'result.events.type': 'Done' }));
      expect(found).toMatchObject({ _id: 'lab/client/a-1', stream: 'lab/thing/a', sequence: 1 });
    });
  });
});
