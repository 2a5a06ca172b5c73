import { SequentialTransactor } from '../event-sourcing/sequential-transactor';
import { MemoryEventStore } from '../memory/event-store';
import { MemoryParkingLot } from '../memory/parking-lot';
import { MemoryReadModels } from '../memory/read-models';
import { counterTopics } from '../testing/counter';
import { handlingLoopContract } from '../testing/handling-loop-contract';
import { hostileContentContract } from '../testing/hostile-content-contract';
import type { RawRecord } from '../testing/hostile-records';
import { withKafka } from '../testing/real-servers';
import { driverForTests, openForTests } from './open-for-tests';

withKafka((brokers) => {
  const open = async (views: Parameters<Parameters<typeof handlingLoopContract>[0]>[0]) => {
    const { kafka, prefix, close } = await openForTests(brokers, [
      { name: counterTopics.commands, kind: 'commands' }, { name: counterTopics.events, kind: 'events' }, { name: counterTopics.deadLetters, kind: 'events' },
    ]);
    return { events: new MemoryEventStore(), views: new MemoryReadModels(views), log: kafka.log, transactor: new SequentialTransactor(), parking: new MemoryParkingLot(), close, appendRaw: (topic: string, records: readonly RawRecord[]) => produce(`${prefix}${topic}`, records) };
  };
  /** As a foreign producer does it: what the log itself would not write. */
  const produce = async (topic: string, records: readonly RawRecord[]): Promise<void> => {
    const producer = driverForTests(brokers).producer();
    await producer.connect();
    await producer.send({ topic, messages: records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })) });
    await producer.disconnect();
  };
  handlingLoopContract(open);
  hostileContentContract(open);
});
