import { attachmentsView, methodsView, startMethodsWorker } from '@test-planning/methods';
import { experimentsView, startExperimentsWorker } from '@test-planning/experiments';
import type { Worker, WorkerPorts } from '@test-planning/kernel/event-sourcing';
import { MemoryEventStore, MemoryLog, MemoryParkingLot, MemoryReadModels, MemoryTransactor } from '@test-planning/kernel/memory';
import { decodeMessage, type Log } from '@test-planning/kernel/messaging';
import type { ViewDefinition } from '@test-planning/kernel/read-models';
import { openForTests } from '../../kernel/sqlite/open-for-tests';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { eventually, fakeClock, Faults } from '@test-planning/kernel/testing';
import { processesView, startSagaWorker, timersView } from '@test-planning/saga';
import { publication, topics, type Publication } from '@test-planning/schema/messages';

/** The stores and the log that the workers run on. */
interface Adapter {
  log: Log;
  stores(service: string, views: readonly ViewDefinition<never>[]): Promise<Stores>;
  close(): Promise<void>;
}

type Stores = Pick<WorkerPorts, 'events' | 'views' | 'log' | 'transactor' | 'parking'>;

export const inMemory = (): Adapter => {
  const log = new MemoryLog();
  const stores = (views: readonly ViewDefinition<never>[]): Stores => ({
    events: new MemoryEventStore(),
    views: new MemoryReadModels(views),
    log,
    transactor: new MemoryTransactor(),
    parking: new MemoryParkingLot(),
  });
  return { log, stores: (_service, views) => Promise.resolve(stores(views)), close: () => Promise.resolve() };
};

export const inSqlite = (): Adapter => {
  const { database, close } = openForTests();
  const { log, transactor } = database;
  return { log, stores: async (service, views) => ({ log, transactor, ...(await database.service(service, { views })) }), close };
};

/** The three workers on one log, each with stores of its own; a worker can be killed at any call that it makes, and comes back. */
export const system = async ({ log, stores, close }: Adapter) => {
  const decided: { id: string; body: Publication; commandId: string }[] = [];
  await log.subscribe(
    { group: 'outcomes', topics: [topics.experimentsEvents, topics.methodsEvents, topics.sagaEvents] },
    async (batch) => {
      for (const record of batch.records) {
        const message = decodeMessage(record);
        if (message.kind !== 'message') throw new Error(message.reason);
        const body = publication.parse(message.message.data);
        if (body.kind !== 'parked' && body.decides)
          decided.push({ id: message.message.id, body, commandId: body.decides.commandId });
        await batch.acknowledge(record);
      }
    },
  );
  const clock = fakeClock();
  const mortal = (start: (ports: WorkerPorts) => Promise<Worker>, ports: Stores) => {
    let faults = new Faults(ports);
    let worker = start({ ...ports, ...faults.ports, clock, logger: silentLogger });
    return {
      ...ports,
      dieAndComeBack: async (call: number): Promise<void> => {
        faults.dieAt(call, call % 2 === 0 ? 'before' : 'after');
        await Promise.race([faults.died, idle()]);
        await (await worker).stop();
        faults = new Faults(ports);
        worker = start({ ...ports, ...faults.ports, clock, logger: silentLogger });
      },
      stop: async () => (await worker).stop(),
    };
  };
  const idle = () =>
    eventually(async () => {
      for (const group of ['experiments-worker', 'methods-worker', 'saga-worker', 'outcomes']) {
        expect((await log.lag(group)).reduce((sum, { lag }) => sum + lag, 0)).toBe(0);
      }
    });
  const workers = {
    experiments: mortal((ports) => startExperimentsWorker({}, ports), await stores('experiments', [experimentsView])),
    methods: mortal((ports) => startMethodsWorker({}, ports), await stores('methods', [methodsView, attachmentsView])),
    saga: mortal((ports) => startSagaWorker({}, ports), await stores('saga', [processesView, timersView])),
  };
  const stop = async (): Promise<void> => {
    await Promise.all(Object.values(workers).map((worker) => worker.stop()));
    await close();
  };
  return { log, decided, idle, ...workers, stop };
};
