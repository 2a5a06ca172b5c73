import { startWorker, type Commit, type EventStore } from '@test-planning/kernel/event-sourcing';
import { MemoryEventStore, MemoryLog } from '@test-planning/kernel/memory';
import { encodeMessage } from '@test-planning/kernel/messaging';
import { eventually } from '@test-planning/kernel/testing';
import { topics } from '@test-planning/schema/messages';
import { add, attached } from './testing/linking';
import { answered, processStream, sagaStores, started } from './testing/saga-stores';
import { stoppedAfterEach } from './testing/stopped-after-each';
import { sagaWorker } from './worker-definition';

const running = stoppedAfterEach();

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
    expect(
      commits.map(({ sequence, message, result, commands = [] }) => [
        sequence,
        message.type,
        result.kind,
        commands.map(({ type }) => type),
      ]),
    ).toEqual([
      [1, 'AddMethodsToExperiment', 'accepted', ['AttachExperiment']],
      [2, 'DeadlinePassed', 'accepted', ['DetachExperiment']],
      [3, 'StepSucceeded', 'nothing-changed', []],
    ]);
  });

  test('would link and undo at once in a store that takes any sequence', async () => {
    const commits = await race(new Unfenced());
    expect(commits.flatMap(({ commands = [] }) => commands.map(({ type }) => type))).toEqual([
      'AttachExperiment',
      'DetachExperiment',
      'LinkMethods',
    ]);
  });
});

const deadlinePassed = () =>
  encodeMessage(
    {
      id: 'deadline',
      origin: 'timer',
      type: 'DeadlinePassed',
      schemaVersion: 1,
      source: 'saga-timers',
      stream: processStream,
      lab: 'alpha',
      time: '2026-03-01T08:00:30.000Z',
      actor: { userId: 'alice', name: 'Alice' },
      correlationId: 'c',
      causationId: 'c',
      data: {},
    },
    topics.sagaInbox,
  );

/** Puts every commit at the end of its stream, whichever place it was decided for. */
class Unfenced extends MemoryEventStore {
  override async append(commits: readonly Commit[]) {
    const stored = await this.read(commits.map(({ stream }) => stream));
    return super.append(
      commits.map((commit, index) => ({ ...commit, sequence: (stored.get(commit.stream)?.length ?? 0) + index + 1 })),
    );
  }
}
