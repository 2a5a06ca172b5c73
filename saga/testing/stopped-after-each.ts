import type { Worker } from '@test-planning/kernel/event-sourcing';

/** For workers that a test starts: each is stopped when its test has ended. */
export const stoppedAfterEach = () => {
  let workers: Worker[] = [];
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    workers = [];
  });
  return async (starting: Promise<Worker>): Promise<Worker> => {
    const worker = await starting;
    workers.push(worker);
    return worker;
  };
};
