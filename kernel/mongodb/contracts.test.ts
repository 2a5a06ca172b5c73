import { eventStoreContract } from '../testing/event-store-contract';
import { feedsContract } from '../testing/feeds-contract';
import { parkingLotContract } from '../testing/parking-lot-contract';
import { readModelsContract } from '../testing/read-models-contract';
import { withMongodb } from '../testing/real-servers';
import { transactorContract } from '../testing/transactor-contract';
import type { ServiceDefinitions } from './mongodb';
import { TestDatabases } from './open-for-tests';

withMongodb((url) => {
  const open = async (definitions: ServiceDefinitions = {}) => {
    const databases = new TestDatabases(url);
    const mongodb = await databases.open();
    const { events: ofAnother } = await mongodb.service('others', {});
    return { ofAnother, ...(await mongodb.service('things', definitions)), transactor: mongodb.transactor, close: () => databases.close() };
  };

  describe('on MongoDB:', () => {
    eventStoreContract(open);
    readModelsContract((views) => open({ views }));
    feedsContract((feeds) => open({ feeds }));
    transactorContract((views) => open({ views }));
    parkingLotContract(open);
  });
});
