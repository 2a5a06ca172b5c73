import { eventStoreContract } from '../testing/event-store-contract';
import { feedsContract } from '../testing/feeds-contract';
import { logContract } from '../testing/log-contract';
import { parkingLotContract } from '../testing/parking-lot-contract';
import { readModelsContract } from '../testing/read-models-contract';
import { transactorContract } from '../testing/transactor-contract';
import { MemoryEventStore } from './event-store';
import { MemoryFeeds } from './feeds';
import { MemoryLog } from './log';
import { MemoryParkingLot } from './parking-lot';
import { MemoryReadModels } from './read-models';
import { SequentialTransactor } from '../event-sourcing/sequential-transactor';

const close = () => Promise.resolve();

describe('in memory:', () => {
  eventStoreContract(() => {
    const claims = new Map<string, string>();
    return Promise.resolve({ events: new MemoryEventStore('things', claims), ofAnother: new MemoryEventStore('others', claims), close });
  });
  logContract(() => {
    const log = new MemoryLog({ backOff: { firstMs: 1, longestMs: 5 } });
    return Promise.resolve({ log, close: () => log.stop() });
  });
  readModelsContract((views) => Promise.resolve({ views: new MemoryReadModels(views), close }));
  feedsContract((feeds) => Promise.resolve({ feeds: new MemoryFeeds(feeds), close }));
  transactorContract((views) => Promise.resolve({ transactor: new SequentialTransactor(), views: new MemoryReadModels(views), close }));
  parkingLotContract(() => Promise.resolve({ parking: new MemoryParkingLot(), close }));
});
