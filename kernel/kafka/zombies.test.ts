import { startWorker, type Worker } from '../event-sourcing/handling-loop/worker';
import type { EventStore } from '../event-sourcing/event-store';
import type { WorkerPorts } from '../event-sourcing/handling-loop/definition';
import { SequentialTransactor } from '../event-sourcing/sequential-transactor';
import { MemoryEventStore } from '../memory/event-store';
import { MemoryParkingLot } from '../memory/parking-lot';
import { MemoryReadModels } from '../memory/read-models';
import { decodeMessage } from '../messaging/envelope';
import type { Log } from '../messaging/log';
import { silentLogger } from '../telemetry/logger';
import { counterCommand, counterStream, counterTopics, counterView, counterWorker, type CounterDocument } from '../testing/counter';
import { eventually } from '../testing/eventually';
import { fakeClock } from '../testing/fake-clock';
import { withKafka } from '../testing/real-servers';
import { openForTests, type KafkaForTests } from './open-for-tests';
import { readTopic } from './read-topic';

const COUNTERS = 8;

/** An event store whose appends wait while it is told to. */
const holdable = (events: EventStore): { events: EventStore; hold: () => () => void; waiting: () => number } => {
  let held = Promise.resolve();
  let waiting = 0;
  return {
    events: {
      append: async (commits) => {
        waiting += 1;
        await held;
        waiting -= 1;
        return events.append(commits);
      },
      read: (streams) => events.read(streams),
      find: (ids) => events.find(ids),
      takenAmong: (ids) => events.takenAmong(ids),
      scan: (batchSize) => events.scan(batchSize),
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      held = promise.then(() => undefined);
      return () => {
        resolve(undefined);
      };
    },
    waiting: () => waiting,
  };
};

describe('workers that lose partitions in the middle of a batch', () => {
  withKafka((brokers) => {
    let tests: KafkaForTests;
    let stores: Omit<WorkerPorts, 'log'>;
    let workers: Worker[];
    let sent: number;
    beforeEach(async () => {
      tests = await openForTests(brokers, [
        { name: counterTopics.commands, kind: 'commands' }, { name: counterTopics.events, kind: 'events' }, { name: counterTopics.deadLetters, kind: 'events' },
      ], { topicSettings: { partitions: 4 } });
      stores = {
        events: new MemoryEventStore(), views: new MemoryReadModels([counterView]), transactor: new SequentialTransactor(), parking: new MemoryParkingLot(),
        clock: fakeClock(), logger: silentLogger,
      };
      workers = [];
      sent = 0;
    });
    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await tests.close();
    });

    const start = async (log: Log, events: EventStore = stores.events): Promise<Worker> => {
      const worker = await startWorker(counterWorker, { ...stores, events, log });
      workers.push(worker);
      return worker;
    };

    /** One more command for each counter. */
    const send = async (): Promise<void> => {
      sent += 1;
      await tests.kafka.log.append(Array.from({ length: COUNTERS }, (_, counter) => counterCommand(`c${counter}`, `c${counter}-${sent}`, { type: 'Add', data: { amount: 1 } })));
    };

    const idle = () => eventually(async () => {
      expect((await tests.kafka.log.lag(counterWorker.group)).map(({ lag }) => lag).filter((lag) => lag > 0)).toEqual([]);
    });

    const commitsOf = async (counter: number) => (await stores.events.read([counterStream(`c${counter}`)])).get(counterStream(`c${counter}`)) ?? [];

    const expectAllOnce = async (): Promise<void> => {
      await idle();
      const told = (await readTopic(tests.kafka.log, counterTopics.events)).map((record) => decodeMessage(record));
      const commitsTold = new Set(told.map((each) => (each.kind === 'message' ? (each.message.data as { commit: string }).commit : each.reason)));
      const numbers = Array.from({ length: sent }, (_, index) => index + 1);
      for (let counter = 0; counter < COUNTERS; counter += 1) {
        const commits = await commitsOf(counter);
        expect(commits.map(({ sequence }) => sequence)).toEqual(numbers);
        expect(commits.map(({ message }) => message.id)).toEqual(numbers.map((number) => `c${counter}-${number}`));
        const ids = commits.map(({ id }) => id);
        // A zombie may tell some again behind others; for the first time they come in order.
        expect([...commitsTold].filter((id) => ids.includes(id))).toEqual(ids);
      }
      const views = await stores.views.get<CounterDocument>(counterView.name, 'lab', Array.from({ length: COUNTERS }, (_, counter) => `c${counter}`));
      expect([...views.values()]).toEqual(Array.from({ length: COUNTERS }, () => ({ total: sent, sequence: sent })));
      expect(await stores.parking.keys()).toEqual([]);
    };

    it('make one commit of each message, whoever comes and goes', async () => {
      const held = holdable(stores.events);
      await start(tests.kafka.log, held.events);
      await send();
      await idle();
      for (let round = 0; round < 4; round += 1) {
        const release = held.hold();
        await send();
        await eventually(() => {
          expect(held.waiting()).toBeGreaterThan(0);
        });
        // The first worker is in the middle of its batches: it loses half of its partitions, whose new owner handles them, and then gets them back.
        const other = await start((await tests.another()).log);
        await eventually(async () => {
          const done = await Promise.all(Array.from({ length: COUNTERS }, (_, counter) => commitsOf(counter)));
          expect(done.filter((commits) => commits.length === sent).length).toBeGreaterThan(0);
        });
        await send();
        await other.stop();
        release();
        await send();
      }
      await expectAllOnce();
    });

    it('find out that their state is old, when an append of theirs waits while others go on', async () => {
      const held = holdable(stores.events);
      const zombie = await start(tests.kafka.log, held.events);
      for (let round = 0; round < 3; round += 1) await send();
      await idle();
      const release = held.hold();
      await send();
      await eventually(() => {
        expect(held.waiting()).toBeGreaterThan(0);
      });
      const others = [await start((await tests.another()).log), await start((await tests.another()).log), await start((await tests.another()).log)];
      await send();
      await eventually(async () => {
        const done = await Promise.all(Array.from({ length: COUNTERS }, (_, counter) => commitsOf(counter)));
        expect(done.filter((commits) => commits.length === sent).length).toBeGreaterThan(0);
      });
      await Promise.all(others.map((other) => other.stop()));
      // It has all partitions again, and its cache knows nothing of what the others did.
      release();
      for (let round = 0; round < 3; round += 1) await send();
      await expectAllOnce();
      await zombie.stop();
    });
  });
});
