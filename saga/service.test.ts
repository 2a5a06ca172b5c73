import type { WorkerPorts } from '@test-planning/kernel/event-sourcing';
import { eventually } from '@test-planning/kernel/testing';
import { publication, topics } from '@test-planning/schema/messages';
import { startSagaWorker } from './service';
import { add, attached, confirmed, linked } from './testing/linking';
import { EXPERIMENT, METHOD, refused } from './testing/run-process';
import { answered, messagesOn, processStream, sagaStores, started } from './testing/saga-stores';
import { stoppedAfterEach } from './testing/stopped-after-each';
import { timersView } from './views/timers-view';

const running = stoppedAfterEach();

const timersIn = ({ views }: Pick<WorkerPorts, 'views'>) => views.count({ view: timersView.name, lab: undefined });

test('a process runs from its command to its outcome', async () => {
  const { ports, process } = sagaStores();
  await running(startSagaWorker({}, ports));
  const [toMethods, toExperiments, published] = await Promise.all(
    [topics.methodsCommands, topics.experimentsCommands, topics.sagaEvents].map((topic) => messagesOn(ports.log, topic)),
  );
  await ports.log.append([started(add)]);
  await eventually(() => {
    expect(toMethods).toMatchObject([
      {
        origin: 'process',
        type: 'AttachExperiment',
        stream: `alpha/method/${METHOD}`,
        step: { process: processStream, step: `attach/${METHOD}` },
        actor: { userId: 'alice' },
      },
    ]);
  });
  expect(await process()).toMatchObject({
    state: 'RUNNING',
    subjectIds: [EXPERIMENT, METHOD],
    steps: [{ name: 'attach', state: 'WAITING' }],
  });
  expect(await timersIn(ports)).toBe(1);
  // The input is in the command: a publication that repeats it could be larger than the log takes.
  expect(published?.[0]).toMatchObject({ type: 'ProcessStarted', data: { event: { type: 'AddMethodsToExperiment' } } });
  expect(JSON.stringify(published?.[0])).not.toContain('methodIds');
  await ports.log.append([answered(attached), answered(linked), answered(confirmed)]);
  await eventually(() => {
    expect(published?.at(-1)).toMatchObject({
      type: 'ProcessCompleted',
      data: {
        subject: { name: 'Soil 3', deleted: false },
        decides: {
          commandId: 'd0000000-0000-4000-8000-000000000000',
          type: 'AddMethodsToExperiment',
          subject: `alpha/experiment/${EXPERIMENT}`,
          version: 2,
          durationMs: 100,
        },
      },
    });
  });
  expect(toExperiments).toMatchObject([{ type: 'LinkMethods', correlationId: 'd0000000-0000-4000-8000-000000000000' }]);
  expect(await process()).toMatchObject({
    state: 'COMPLETED',
    steps: [{ state: 'DONE' }, { state: 'DONE' }, { name: 'confirm', state: 'DONE' }],
  });
  expect(await timersIn(ports)).toBe(0);
  for (const { data } of published ?? []) expect(publication.safeParse(data).success).toBe(true);
});

test('its outcome is a refusal when it was compensated, and the person who asked is told', async () => {
  const { ports, process } = sagaStores();
  await running(startSagaWorker({}, ports));
  const published = await messagesOn(ports.log, topics.sagaEvents);
  await ports.log.append([
    started(add),
    answered(refused(`attach/${METHOD}`, 'METHOD_NOT_FOUND'), { userId: 'bob', name: 'Bob' }),
  ]);
  await eventually(() => {
    expect(published.at(-1)).toMatchObject({
      type: 'AddMethodsToExperimentRefused',
      actor: { userId: 'alice' },
      data: {
        kind: 'refusal',
        refusal: { code: 'METHOD_NOT_FOUND', details: { subjectId: METHOD } },
        decides: { version: null, subject: `alpha/experiment/${EXPERIMENT}` },
      },
    });
  });
  expect(await process()).toMatchObject({
    state: 'COMPENSATED',
    steps: [{ state: 'REFUSED', refusal: { code: 'METHOD_NOT_FOUND' } }],
  });
  expect(await timersIn(ports)).toBe(0);
});

test('a command under an id that another one had is refused, and the first one stands', async () => {
  const { ports, process } = sagaStores();
  await running(startSagaWorker({}, ports));
  const published = await messagesOn(ports.log, topics.sagaEvents);
  await ports.log.append([started(add), started({ ...add, data: { ...add.data, methodIds: [EXPERIMENT] } })]);
  await eventually(() => {
    expect(published.at(-1)).toMatchObject({
      type: 'AddMethodsToExperimentRefused',
      data: { refusal: { code: 'COMMAND_ID_REUSED' }, decides: { commandId: 'd0000000-0000-4000-8000-000000000000' } },
    });
  });
  expect(await process()).toMatchObject({ state: 'RUNNING' });
});
