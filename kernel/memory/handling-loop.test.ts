import { handlingLoopContract } from '../testing/handling-loop-contract';
import { hostileContentContract } from '../testing/hostile-content-contract';
import { MemoryEventStore } from './event-store';
import { MemoryLog } from './log';
import { MemoryParkingLot } from './parking-lot';
import { MemoryReadModels } from './read-models';
import { SequentialTransactor } from '../event-sourcing/sequential-transactor';

const open: Parameters<typeof handlingLoopContract>[0] = (views) => {
  const log = new MemoryLog({ backOff: { firstMs: 1, longestMs: 5 } });
  return Promise.resolve({
    events: new MemoryEventStore(),
    views: new MemoryReadModels(views),
    log,
    transactor: new SequentialTransactor(),
    parking: new MemoryParkingLot(),
    close: () => log.stop(),
  });
};

handlingLoopContract(open);
hostileContentContract(open);
