import type { ProcessCommand } from '@test-planning/schema/messages';
import { deadlinePassed, done, EXPERIMENT, linkTo, METHOD, OTHER_METHOD, refused, runProcess } from '../testing/run-process';

const add: ProcessCommand = {
  type: 'AddMethodsToExperiment',
  data: { experimentId: EXPERIMENT, methodIds: [METHOD, OTHER_METHOD] },
};
const attached = [done(`attach/${METHOD}`), done(`attach/${OTHER_METHOD}`)];
const link = (methodId: string) => ({ methodId, linkId: linkTo(methodId) });
const linked = (...methodIds: string[]) =>
  done(`link/${EXPERIMENT}`, { type: 'MethodsLinked', data: { links: methodIds.map(link) } });
const detachment = (methodId: string) => ({ type: 'DetachExperiment', data: { linkIds: [linkTo(methodId)] } });

test('first attaches the experiment to every method, by a link of its own', () => {
  expect(runProcess(add).sent).toEqual({
    [`attach/${METHOD}`]: { type: 'AttachExperiment', data: { link: { experimentId: EXPERIMENT, linkId: linkTo(METHOD) } } },
    [`attach/${OTHER_METHOD}`]: {
      type: 'AttachExperiment',
      data: { link: { experimentId: EXPERIMENT, linkId: linkTo(OTHER_METHOD) } },
    },
  });
});

test('then has the experiment link all of them at once', () => {
  expect(runProcess(add, ...attached).sent).toEqual({
    [`link/${EXPERIMENT}`]: { type: 'LinkMethods', data: { links: [link(METHOD), link(OTHER_METHOD)] } },
  });
});

test('then confirms what was linked', () => {
  const run = runProcess(add, ...attached, linked(METHOD, OTHER_METHOD));
  expect(run.sent).toEqual({
    [`confirm/${METHOD}`]: { type: 'ConfirmAttachment', data: { linkId: linkTo(METHOD) } },
    [`confirm/${OTHER_METHOD}`]: { type: 'ConfirmAttachment', data: { linkId: linkTo(OTHER_METHOD) } },
  });
  expect(
    runProcess(add, ...attached, linked(METHOD, OTHER_METHOD), done(`confirm/${METHOD}`), done(`confirm/${OTHER_METHOD}`)).state,
  ).toBe('COMPLETED');
});

test('a pair that was linked already keeps its link, and loses this one', () => {
  expect(runProcess(add, ...attached, linked(METHOD)).sent).toMatchObject({
    [`confirm/${METHOD}`]: {},
    [`detach/${OTHER_METHOD}`]: detachment(OTHER_METHOD),
  });
});

test('when all were linked already, all of its own links go', () => {
  const run = runProcess(add, ...attached, done(`link/${EXPERIMENT}`));
  expect(run.sent).toEqual({ [`detach/${METHOD}`]: detachment(METHOD), [`detach/${OTHER_METHOD}`]: detachment(OTHER_METHOD) });
});

test('a method that refuses detaches the other one, attached or not', () => {
  const run = runProcess(add, refused(`attach/${METHOD}`, 'METHOD_NOT_FOUND'));
  expect(run).toMatchObject({ state: 'COMPENSATING', sent: { [`detach/${OTHER_METHOD}`]: detachment(OTHER_METHOD) } });
  expect(runProcess(add, refused(`attach/${METHOD}`, 'METHOD_NOT_FOUND'), done(`detach/${OTHER_METHOD}`))).toMatchObject({
    state: 'COMPENSATED',
    refusal: { code: 'METHOD_NOT_FOUND', details: { subjectId: METHOD } },
  });
});

test('an experiment that refuses detaches both', () => {
  const run = runProcess(add, ...attached, refused(`link/${EXPERIMENT}`, 'TOO_MANY_METHODS'));
  expect(run.sent).toEqual({ [`detach/${METHOD}`]: detachment(METHOD), [`detach/${OTHER_METHOD}`]: detachment(OTHER_METHOD) });
});

test('the deadline detaches both, until the experiment has been asked', () => {
  expect(Object.keys(runProcess(add, deadlinePassed).sent)).toEqual([`detach/${METHOD}`, `detach/${OTHER_METHOD}`]);
  expect(runProcess(add, ...attached, deadlinePassed)).toMatchObject({ state: 'STUCK', sent: {} });
});
