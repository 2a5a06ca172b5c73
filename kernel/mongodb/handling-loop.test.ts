import { MemoryLog } from '../memory/log';
import { handlingLoopContract } from '../testing/handling-loop-contract';
import { hostileContentContract } from '../testing/hostile-content-contract';
import { withMongodb } from '../testing/real-servers';
import { TestDatabases } from './open-for-tests';

withMongodb((url) => {
  const open: Parameters<typeof handlingLoopContract>[0] = async (views) => {
    const databases = new TestDatabases(url);
    const mongodb = await databases.open();
    const log = new MemoryLog({ backOff: { firstMs: 1, longestMs: 5 } });
    const close = async () => {
      await log.stop();
      await databases.close();
    };
    return { ...(await mongodb.service('counters', { views })), log, transactor: mongodb.transactor, close };
  };
  handlingLoopContract(open);
  hostileContentContract(open);
});
