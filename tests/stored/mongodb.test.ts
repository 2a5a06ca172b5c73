import { activityStores } from '@test-planning/activity';
import { experimentsStores } from '@test-planning/experiments';
import type { Mongodb } from '@test-planning/kernel/mongodb';
import { withMongodb } from '@test-planning/kernel/testing';
import { methodsStores } from '@test-planning/methods';
import { sagaStores } from '@test-planning/saga';
import { TestDatabases } from '../../kernel/mongodb/open-for-tests';
import { losses } from './compare';
import { goldenSamples } from './golden';
import { runScenario, type Scenario } from './scenario';
import { appendsBehind, ENTRIES, readStored, SOIL, SPRAY } from './stored-reads';

type Document = Record<string, unknown> & { _id: unknown };
const BREAKS = 'What services keep in MongoDB can not be read as it is: after an update what was stored is not found, and commands on it are parked.';

/** What is primary, by `<service> <collection>`, each with the documents of it that are recorded. */
const recordedDocuments: Record<string, object> = {
  'commands claims': {}, 'experiments commits': { stream: SOIL }, 'methods commits': { stream: SPRAY }, 'saga commits': { sequence: 1 },
  'activity feeds.lab': { '_id.number': { $lte: ENTRIES } }, 'activity feeds.notifications': { '_id.number': { $lte: ENTRIES } }, 'activity epochs': {},
  'experiments parked': {}, 'methods parked': {}, 'saga parked': {},
  'activity view-versions': { view: 'read-marks' }, 'activity views.read-marks.v1.0': {},
};

const services = async (mongodb: Mongodb): Promise<Scenario['services']> => ({
  experiments: await mongodb.service('experiments', experimentsStores) as never,
  methods: await mongodb.service('methods', methodsStores) as never,
  saga: await mongodb.service('saga', sagaStores) as never,
  activity: await mongodb.service('activity', activityStores),
});

withMongodb((url) => {
  describe('What is stored in MongoDB', () => {
    const [written, restored] = [new TestDatabases(url), new TestDatabases(url)];
    let present: Record<string, Document[]>;
    let recorded: Record<string, Document[]>;
    let reads: unknown;
    beforeAll(async () => {
      const scenario = await runScenario(await written.open());
      const reading = await readStored(scenario.services);
      await scenario.stop();
      present = await documentsIn(written);
      ({ reads, ...recorded } = goldenSamples('mongodb', { ...present, reads: reading }) as typeof recorded & { reads: unknown });
    }, 60_000);
    afterAll(() => Promise.all([written.close(), restored.close()]));

    it('is what was recorded: no collection and no field of it has gone, and documents are written as they were', () => {
      const faults = Object.entries(recorded).flatMap(([name, documents]) => losses(documents.map(certain), present[name]?.map(certain), name));
      expect(faults.map((fault) => `${fault}. ${BREAKS}`)).toEqual([]);
    });

    it('is read and appended to by the code of today, which keeps the epoch of its feeds', async () => {
      await restored.withClient(async (client) => {
        for (const [name, documents] of Object.entries(recorded)) {
          const [service, collection] = name.split(' ') as [string, string];
          if (documents.length > 0) await client.db(`${restored.prefix}-${service}`).collection<Document>(collection).insertMany(documents);
        }
      });
      const opened = await services(await restored.open());
      expect(losses(reads, await readStored(opened), 'what is read').map((loss) => `${loss}. ${BREAKS}`)).toEqual([]);
      expect(await opened.activity.feeds.epoch()).toBe(recorded['activity epochs']?.[0]?.epoch);
      await appendsBehind(opened);
    });
  });
});

const documentsIn = (databases: TestDatabases): Promise<Record<string, Document[]>> => databases.withClient(async (client) => {
  const read = await Promise.all(Object.entries(recordedDocuments).map(async ([name, which]) => {
    const [service, collection] = name.split(' ') as [string, string];
    return [name, await client.db(`${databases.prefix}-${service}`).collection<Document>(collection).find(which).sort({ _id: 1 }).toArray()] as const;
  }));
  return JSON.parse(JSON.stringify(Object.fromEntries(read))) as Record<string, Document[]>;
});

/** A document without what differs in each database that is made. */
const certain = ({ epoch, order, ...document }: Document): object => ({ ...document, ...(epoch !== undefined && { epoch: null }), ...(order !== undefined && { order: null }) });
