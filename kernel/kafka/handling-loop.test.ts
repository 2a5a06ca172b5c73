import { SequentialTransactor } from '../event-sourcing/sequential-transactor';
import { MemoryEventStore } from '../memory/event-store';
import { MemoryParkingLot } from '../memory/parking-lot';
import { MemoryReadModels } from '../memory/read-models';
import { counterTopics } from '../testing/counter';
import { handlingLoopContract } from '../testing/handling-loop-contract';
import { withKafka } from '../testing/real-servers';
import { openForTests } from './open-for-tests';

withKafka((brokers) => {
  handlingLoopContract(async (views) => {
    const { kafka, close } = await openForTests(brokers, [
      { name: counterTopics.commands, kind: 'commands' }, { name: counterTopics.events, kind: 'events' }, { name: counterTopics.deadLetters, kind: 'events' },
    ]);
    return { events: new MemoryEventStore(), views: new MemoryReadModels(views), log: kafka.log, transactor: new SequentialTransactor(), parking: new MemoryParkingLot(), close };
  });
});
