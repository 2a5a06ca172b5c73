import { handlingLoopContract } from '../testing/handling-loop-contract';
import { openForTests } from './open-for-tests';

handlingLoopContract(async (views) => {
  const { database, close } = openForTests();
  return { ...(await database.service('counters', { views })), log: database.log, transactor: database.transactor, close };
}, { overlaps: false });
