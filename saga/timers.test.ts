import { startWorker } from '@test-planning/kernel/event-sourcing';
import type { Log } from '@test-planning/kernel/messaging';
import { eventually } from '@test-planning/kernel/testing';
import { startSagaWorker } from './service';
import { add, attached, confirmed, linked } from './testing/linking';
import { answered, sagaStores, started } from './testing/saga-stores';
import { stoppedAfterEach } from './testing/stopped-after-each';
import { Timers } from './timers';
import { sagaWorker } from './worker-definition';

const running = stoppedAfterEach();

test('the deadline undoes what is not decided', async () => {
  const { ports, process } = sagaStores();
  await running(startSagaWorker({ deadlineMs: 20 }, { ...ports, clock: () => new Date() }));
  await ports.log.append([started(add)]);
  await eventually(async () => {
    expect(await process()).toMatchObject({
      state: 'COMPENSATING',
      steps: [
        { name: 'attach', state: 'TIMED_OUT' },
        { name: 'detach', state: 'WAITING' },
      ],
    });
  });
});

test('the deadline passes once, though several workers look at the clock', async () => {
  const { ports, commits } = sagaStores();
  const clock = () => new Date();
  await Promise.all([1, 2, 3].map(() => running(startSagaWorker({ deadlineMs: 20 }, { ...ports, clock }))));
  await ports.log.append([started(add)]);
  await eventually(async () => {
    expect((await commits()).map(({ message }) => message.type)).toEqual(['AddMethodsToExperiment', 'DeadlinePassed']);
  });
});

test('a deadline that passed while no worker was there counts behind the answers that wait', async () => {
  const { ports, clock, process } = sagaStores();
  const before = await startSagaWorker({}, ports);
  await ports.log.append([started(add)]);
  await eventually(async () => {
    expect(await process()).toBeDefined();
  });
  await before.stop();
  await ports.log.append([answered(attached)]);
  clock.advance(3_600_000);
  await running(startSagaWorker({}, ports));
  await eventually(async () => {
    expect(await process()).toMatchObject({
      state: 'STUCK',
      steps: [
        { name: 'attach', state: 'DONE' },
        { name: 'link', state: 'WAITING' },
      ],
    });
  });
  await ports.log.append([answered(linked), answered(confirmed)]);
  await eventually(async () => {
    expect(await process()).toMatchObject({ state: 'COMPLETED' });
  });
});

test('deadlines are looked at again after trouble', async () => {
  const { ports, clock, process } = sagaStores();
  await running(startWorker(sagaWorker({}), ports));
  await ports.log.append([started(add)]);
  await eventually(async () => {
    expect(await process()).toBeDefined();
  });
  clock.advance(3_600_000);
  let failures = 1;
  const views = Object.assign(Object.create(ports.views) as typeof ports.views, {
    rebuildOutdated: (rebuild: Parameters<typeof ports.views.rebuildOutdated>[0]) => ports.views.rebuildOutdated(rebuild),
    page: (query: Parameters<typeof ports.views.page>[0]) =>
      failures-- > 0 ? Promise.reject(new Error('The store is away')) : ports.views.page(query),
  });
  await running(startSagaWorker({}, { ...ports, views }));
  await eventually(async () => {
    expect(await process()).toMatchObject({ state: 'COMPENSATING' });
  });
});

test('a deadline that could not be sent is sent again', async () => {
  const { ports, clock, process } = sagaStores();
  await running(startWorker(sagaWorker({}), ports));
  await ports.log.append([started(add)]);
  await eventually(async () => {
    expect(await process()).toBeDefined();
  });
  clock.advance(3_600_000);
  let failures = 1;
  const log: Log = {
    append: (records) => (failures-- > 0 ? Promise.reject(new Error('The log is away')) : ports.log.append(records)),
    subscribe: (options, handle) => ports.log.subscribe(options, handle),
    lag: (group) => ports.log.lag(group),
    failing: () => ports.log.failing(),
  };
  const timers = new Timers({ ...ports, log }, 30_000);
  await running(Promise.resolve(timers));
  await eventually(async () => {
    expect(await process()).toMatchObject({ state: 'COMPENSATING' });
  });
});
