import type { ProcessCommand } from '@test-planning/schema/messages';
import { deadlinePassed, done, EXPERIMENT, linkTo, METHOD, OTHER_METHOD, refused, runProcess } from '../testing/run-process';

const remove: ProcessCommand = {
  type: 'RemoveMethodsFromExperiment',
  data: { experimentId: EXPERIMENT, methodIds: [METHOD, OTHER_METHOD] },
};
const UNLINK = `unlink/${EXPERIMENT}`;
const unlinked = done(UNLINK, {
  type: 'MethodsUnlinked',
  data: { links: [{ methodId: METHOD, linkId: linkTo(METHOD, 'another') }] },
});

test('first has the experiment unlink them', () => {
  expect(runProcess(remove).sent).toEqual({ [UNLINK]: { type: 'UnlinkMethods', data: { methodIds: [METHOD, OTHER_METHOD] } } });
});

test('then has those methods let go that were linked, by the links that the experiment named', () => {
  const run = runProcess(remove, unlinked);
  expect(run.sent).toEqual({
    [`detach/${METHOD}`]: { type: 'DetachExperiment', data: { linkIds: [linkTo(METHOD, 'another')] } },
  });
  expect(runProcess(remove, unlinked, done(`detach/${METHOD}`)).state).toBe('COMPLETED');
});

test('is done at once when none was linked', () => {
  expect(runProcess(remove, done(UNLINK)).state).toBe('COMPLETED');
});

test('is refused when the experiment refuses; there is nothing to undo', () => {
  expect(runProcess(remove, refused(UNLINK, 'EXPERIMENT_NOT_FOUND'))).toMatchObject({
    state: 'COMPENSATED',
    sent: {},
    refusal: { code: 'EXPERIMENT_NOT_FOUND' },
  });
});

test('the deadline undoes nothing', () => {
  expect(runProcess(remove, deadlinePassed)).toMatchObject({ state: 'STUCK', sent: {} });
});
