import type { ProcessCommand } from '@test-planning/schema/messages';
import { deadlinePassed, done, EXPERIMENT, linkTo, METHOD, refused, runProcess } from '../testing/run-process';

const remove: ProcessCommand = { type: 'DeleteExperiment', data: { experimentId: EXPERIMENT, expectedVersion: 4 } };
const DELETE = `delete/${EXPERIMENT}`;
const deleted = done(DELETE, {
  type: 'ExperimentDeleted',
  data: { links: [{ methodId: METHOD, linkId: linkTo(METHOD, 'another') }] },
});

test('first has the experiment go, in the version that was expected', () => {
  expect(runProcess(remove).sent).toEqual({ [DELETE]: { type: 'DeleteExperiment', data: { expectedVersion: 4 } } });
});

test('then has its methods let go', () => {
  expect(runProcess(remove, deleted).sent).toEqual({
    [`detach/${METHOD}`]: { type: 'DetachExperiment', data: { linkIds: [linkTo(METHOD, 'another')] } },
  });
  expect(runProcess(remove, deleted, done(`detach/${METHOD}`)).state).toBe('COMPLETED');
});

test('is done at once when it had none', () => {
  expect(runProcess(remove, done(DELETE, { type: 'ExperimentDeleted', data: { links: [] } })).state).toBe('COMPLETED');
});

test('is refused when the experiment refuses', () => {
  expect(runProcess(remove, refused(DELETE, 'VERSION_CONFLICT'))).toMatchObject({
    state: 'COMPENSATED',
    sent: {},
    refusal: { code: 'VERSION_CONFLICT' },
  });
});

test('the deadline undoes nothing', () => {
  expect(runProcess(remove, deadlinePassed)).toMatchObject({ state: 'STUCK', sent: {} });
});
