import { eventually } from '../../system/eventually';
import { startDistributed } from '../../system/distributed-processes';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it('leaves no process behind, however the runner ends', async () => {
  const system = await startDistributed();
  const { pids } = system;
  expect(pids.filter(isAlive)).toEqual(pids);
  process.kill(system.pid, 'SIGKILL');
  await eventually(() => Promise.resolve(pids.filter(isAlive)), (alive) => expect(alive).toEqual([]), 20_000);
  await system.stop();
}, 200_000);

it('ends all of its processes, and with 0, when it is asked to', async () => {
  const system = await startDistributed();
  expect(await system.terminate()).toBe(0);
  expect(system.pids.filter(isAlive)).toEqual([]);
  await system.stop();
}, 200_000);
