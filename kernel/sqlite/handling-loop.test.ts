import { handlingLoopContract } from '../testing/handling-loop-contract';
import { hostileContentContract } from '../testing/hostile-content-contract';
import { openForTests } from './open-for-tests';

const open: Parameters<typeof handlingLoopContract>[0] = async (views) => {
  const { database, close } = openForTests();
  return { ...(await database.service('counters', { views })), log: database.log, transactor: database.transactor, close };
};

handlingLoopContract(open, { overlaps: false });
hostileContentContract(open);
