import { eventStoreContract } from '../testing/event-store-contract';
import { feedsContract } from '../testing/feeds-contract';
import { logContract } from '../testing/log-contract';
import { parkingLotContract } from '../testing/parking-lot-contract';
import { readModelsContract } from '../testing/read-models-contract';
import { transactorContract } from '../testing/transactor-contract';
import type { ServiceDefinitions } from './database';
import { openForTests } from './open-for-tests';

const open = async (definitions: ServiceDefinitions = {}) => {
  const { database, close } = openForTests();
  const { events: ofAnother } = await database.service('others', {});
  return { ofAnother, ...(await database.service('things', definitions)), log: database.log, transactor: database.transactor, close };
};

describe('on SQLite:', () => {
  eventStoreContract(open);
  logContract(open, { mostBatchesInHand: 1 });
  readModelsContract((views) => open({ views }));
  feedsContract((feeds) => open({ feeds }));
  transactorContract((views) => open({ views }));
  parkingLotContract(open);
});
