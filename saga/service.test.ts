import { startWorker, type Commit, type EventStore, type Worker, type WorkerPorts } from '@test-planning/kernel/event-sourcing';
import { MemoryEventStore, MemoryLog } from '@test-planning/kernel/memory';
import { encodeMessage } from '@test-planning/kernel/messaging';
import { eventually } from '@test-planning/kernel/testing';
import { publication, topics, type ProcessCommand } from '@test-planning/schema/messages';
import { startSagaWorker } from './service';
import { done, EXPERIMENT, linkTo, METHOD, refused } from './testing/run-process';
import { answered, messagesOn, processStream, sagaStores, started } from './testing/saga-stores';
import { timersView } from './views/timers-view';
import { sagaWorker } from './worker-definition';

const add: ProcessCommand = { type: 'AddMethodsToExperiment', data: { experimentId: EXPERIMENT, methodIds: [METHOD] } };
const attached = done(`attach/${METHOD}`);
const linked = done(`link/${EXPERIMENT}`, { type: 'MethodsLinked', data: { links: [{ methodId: METHOD, linkId: linkTo(METHOD) }] } });
const confirmed = done(`confirm/${METHOD}`);

let workers: Worker[];
beforeEach(() => {
  workers = [];
});
afterEach(() => Promise.all(workers.map((worker) => worker.stop())));

const running = async (starting: Promise<Worker>): Promise<Worker> => {
  const worker = await starting;
  workers.push(worker);
  return worker;
};

const timersIn = ({ views }: Pick<WorkerPorts, 'views'>) => views.count({ view: timersView.name, lab: undefined });

test('a process runs from its command to its outcome', async () => {
  const { ports, process } = sagaStores();
  await running(startSagaWorker({}, ports));
  const [toMethods, toExperiments, published] = await Promise.all([topics.methodsCommands, topics.experimentsCommands, topics.sagaEvents].map((topic) => messagesOn(ports.log, topic)));
  await ports.log.append([started(add)]);
  await eventually(() => {
    expect(toMethods).toMatchObject([{ origin: 'process', type: 'AttachExperiment', stream: `alpha/method/${METHOD}`, step: { process: processStream, step: `attach/${METHOD}` }, actor: { userId: 'alice' } }]);
  });
  expect(await process()).toMatchObject({ state: 'RUNNING', subjectIds: [EXPERIMENT, METHOD], steps: [{ name: 'attach', state: 'WAITING' }] });
  expect(await timersIn(ports)).toBe(1);
  await ports.log.append([answered(attached), answered(linked), answered(confirmed)]);
  await eventually(() => {
    expect(published?.at(-1)).toMatchObject({
      type: 'ProcessCompleted',
      data: { subject: { name: 'Soil 3', deleted: false }, decides: { commandId: 'd0000000-0000-4000-8000-000000000000', type: 'AddMethodsToExperiment', subject: `alpha/experiment/${EXPERIMENT}`, version: 2, durationMs: 100 } },
    });
  });
  expect(toExperiments).toMatchObject([{ type: 'LinkMethods', correlationId: 'd0000000-0000-4000-8000-000000000000' }]);
  expect(await process()).toMatchObject({ state: 'COMPLETED', steps: [{ state: 'DONE' }, { state: 'DONE' }, { name: 'confirm', state: 'DONE' }] });
  expect(await timersIn(ports)).toBe(0);
  for (const { data } of published ?? []) expect(publication.safeParse(data).success).toBe(true);
});

test('its outcome is a refusal when it was compensated, and the person who asked is told', async () => {
  const { ports, process } = sagaStores();
  await running(startSagaWorker({}, ports));
  const published = await messagesOn(ports.log, topics.sagaEvents);
  await ports.log.append([started(add), answered(refused(`attach/${METHOD}`, 'METHOD_NOT_FOUND'), { userId: 'bob', name: 'Bob' })]);
  await eventually(() => {
    expect(published.at(-1)).toMatchObject({
      type: 'AddMethodsToExperimentRefused',
      actor: { userId: 'alice' },
      data: { kind: 'refusal', refusal: { code: 'METHOD_NOT_FOUND', details: { subjectId: METHOD } }, decides: { version: null, subject: `alpha/experiment/${EXPERIMENT}` } },
    });
  });
  expect(await process()).toMatchObject({ state: 'COMPENSATED', steps: [{ state: 'REFUSED', refusal: { code: 'METHOD_NOT_FOUND' } }] });
  expect(await timersIn(ports)).toBe(0);
});

test('a command under an id that another one had is refused, and the first one stands', async () => {
  const { ports, process } = sagaStores();
  await running(startSagaWorker({}, ports));
  const published = await messagesOn(ports.log, topics.sagaEvents);
  await ports.log.append([started(add), started({ ...add, data: { ...add.data, methodIds: [EXPERIMENT] } })]);
  await eventually(() => {
    expect(published.at(-1)).toMatchObject({ type: 'AddMethodsToExperimentRefused', data: { refusal: { code: 'COMMAND_ID_REUSED' }, decides: { commandId: 'd0000000-0000-4000-8000-000000000000' } } });
  });
  expect(await process()).toMatchObject({ state: 'RUNNING' });
});

describe('the deadline', () => {
  test('undoes what is not decided', async () => {
    const { ports, process } = sagaStores();
    await running(startSagaWorker({ deadlineMs: 20 }, { ...ports, clock: () => new Date() }));
    await ports.log.append([started(add)]);
    await eventually(async () => {
      expect(await process()).toMatchObject({ state: 'COMPENSATING', steps: [{ name: 'attach', state: 'TIMED_OUT' }, { name: 'detach', state: 'WAITING' }] });
    });
  });

  test('passes once, though several workers look at the clock', async () => {
    const { ports, commits } = sagaStores();
    const clock = () => new Date();
    await Promise.all([1, 2, 3].map(() => running(startSagaWorker({ deadlineMs: 20 }, { ...ports, clock }))));
    await ports.log.append([started(add)]);
    await eventually(async () => {
      expect((await commits()).map(({ message }) => message.type)).toEqual(['AddMethodsToExperiment', 'DeadlinePassed']);
    });
  });

  test('that passed while no worker was there counts behind the answers that wait', async () => {
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
      expect(await process()).toMatchObject({ state: 'STUCK', steps: [{ name: 'attach', state: 'DONE' }, { name: 'link', state: 'WAITING' }] });
    });
    await ports.log.append([answered(linked), answered(confirmed)]);
    await eventually(async () => {
      expect(await process()).toMatchObject({ state: 'COMPLETED' });
    });
  });

  test('is looked at again after trouble', async () => {
    const { ports, clock, process } = sagaStores();
    await running(startWorker(sagaWorker({}), ports));
    await ports.log.append([started(add)]);
    await eventually(async () => {
      expect(await process()).toBeDefined();
    });
    clock.advance(3_600_000);
    let failures = 1;
    const views = Object.assign(Object.create(ports.views) as typeof ports.views, {
      outdated: () => ports.views.outdated(),
      page: (query: Parameters<typeof ports.views.page>[0]) => (failures-- > 0 ? Promise.reject(new Error('The store is away')) : ports.views.page(query)),
    });
    await running(startSagaWorker({}, { ...ports, views }));
    await eventually(async () => {
      expect(await process()).toMatchObject({ state: 'COMPENSATING' });
    });
  });
});

describe('a worker and its zombie', () => {
  /** The zombie has the process in memory as it was; meanwhile the new worker has undone it, and the zombie is told of an answer. */
  const race = async (events: EventStore): Promise<Commit[]> => {
    const { ports, process } = sagaStores();
    const [zombiesLog, newLog] = [new MemoryLog(), new MemoryLog()];
    const shared = { ...ports, events };
    await running(startWorker(sagaWorker({}), { ...shared, log: zombiesLog }));
    await zombiesLog.append([started(add)]);
    await eventually(async () => {
      expect(await process()).toMatchObject({ state: 'RUNNING' });
    });
    await running(startWorker(sagaWorker({}), { ...shared, log: newLog }));
    await newLog.append([started(add), deadlinePassed()]);
    await eventually(async () => {
      expect(await process()).toMatchObject({ state: 'COMPENSATING' });
    });
    await zombiesLog.append([answered(attached)]);
    return eventually(async () => {
      const commits = (await events.read([processStream])).get(processStream) ?? [];
      expect(commits).toHaveLength(3);
      return commits;
    });
  };

  test('make one history: what the zombie decided on an old state is decided again', async () => {
    const commits = await race(new MemoryEventStore());
    expect(commits.map(({ sequence, message, result, commands = [] }) => [sequence, message.type, result.kind, commands.map(({ type }) => type)])).toEqual([
      [1, 'AddMethodsToExperiment', 'accepted', ['AttachExperiment']],
      [2, 'DeadlinePassed', 'accepted', ['DetachExperiment']],
      [3, 'StepSucceeded', 'nothing-changed', []],
    ]);
  });

  test('would link and undo at once in a store that takes any sequence', async () => {
    const commits = await race(new Unfenced());
    expect(commits.flatMap(({ commands = [] }) => commands.map(({ type }) => type))).toEqual(['AttachExperiment', 'DetachExperiment', 'LinkMethods']);
  });
});

const deadlinePassed = () =>
  encodeMessage(
    {
      id: 'deadline', origin: 'timer', type: 'DeadlinePassed', schemaVersion: 1, source: 'saga-timers', stream: processStream, lab: 'alpha', time: '2026-03-01T08:00:30.000Z',
      actor: { userId: 'alice', name: 'Alice' }, correlationId: 'c', causationId: 'c', data: {},
    },
    topics.sagaInbox,
  );

/** Puts every commit at the end of its stream, whichever place it was decided for. */
class Unfenced extends MemoryEventStore {
  override async append(commits: readonly Commit[]) {
    const stored = await this.read(commits.map(({ stream }) => stream));
    return super.append(commits.map((commit, index) => ({ ...commit, sequence: (stored.get(commit.stream)?.length ?? 0) + index + 1 })));
  }
}
