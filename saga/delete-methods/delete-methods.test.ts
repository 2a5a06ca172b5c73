import type { MethodEvent, ProcessCommand } from '@test-planning/schema/messages';
import {
  deadlinePassed,
  done,
  EXPERIMENT,
  linkTo,
  METHOD,
  OTHER_METHOD,
  PROCESS,
  refused,
  runProcess,
} from '../testing/run-process';

const remove: ProcessCommand = { type: 'DeleteMethods', data: { methodIds: [METHOD, OTHER_METHOD] } };
const request = (methodId: string): string => `request-deletion/${methodId}`;
const requested = (methodId: string): MethodEvent => ({
  type: 'MethodDeletionRequested',
  data: { process: PROCESS, step: request(methodId) },
});
const ready = (methodId: string, ...experimentIds: string[]): MethodEvent => ({
  type: 'MethodDeletionReady',
  data: {
    process: PROCESS,
    step: request(methodId),
    links: experimentIds.map((experimentId) => ({ experimentId, linkId: linkTo(methodId, 'another') })),
  },
});
const bothReady = [
  done(request(METHOD), requested(METHOD), ready(METHOD, EXPERIMENT)),
  done(request(OTHER_METHOD), requested(OTHER_METHOD), ready(OTHER_METHOD, EXPERIMENT)),
];
const UNLINK = `unlink/${EXPERIMENT}`;

test('first asks every method for its deletion', () => {
  expect(runProcess(remove).sent).toEqual({
    [request(METHOD)]: { type: 'RequestMethodDeletion', data: {} },
    [request(OTHER_METHOD)]: { type: 'RequestMethodDeletion', data: {} },
  });
});

test('waits for a method that still has something pending', () => {
  const waiting = [done(request(METHOD), requested(METHOD)), ...bothReady.slice(1)];
  expect(runProcess(remove, ...waiting)).toMatchObject({ state: 'RUNNING', sent: {} });
  expect(Object.keys(runProcess(remove, ...waiting, done(request(METHOD), ready(METHOD))).sent)).toEqual([UNLINK]);
});

test('then has each experiment let go of those that it uses, in one step', () => {
  expect(runProcess(remove, ...bothReady).sent).toEqual({
    [UNLINK]: { type: 'UnlinkMethods', data: { methodIds: [METHOD, OTHER_METHOD] } },
  });
});

test('then deletes them, also when an experiment was deleted meanwhile', () => {
  for (const unlinked of [done(UNLINK), refused(UNLINK, 'EXPERIMENT_NOT_FOUND')]) {
    expect(runProcess(remove, ...bothReady, unlinked).sent).toEqual({
      [`delete/${METHOD}`]: { type: 'DeleteMethod', data: {} },
      [`delete/${OTHER_METHOD}`]: { type: 'DeleteMethod', data: {} },
    });
  }
  expect(runProcess(remove, ...bothReady, done(UNLINK), done(`delete/${METHOD}`), done(`delete/${OTHER_METHOD}`)).state).toBe(
    'COMPLETED',
  );
});

test('deletes what no experiment uses without a detour', () => {
  const run = runProcess(remove, done(request(METHOD), ready(METHOD)), done(request(OTHER_METHOD), ready(OTHER_METHOD)));
  expect(Object.keys(run.sent)).toEqual([`delete/${METHOD}`, `delete/${OTHER_METHOD}`]);
});

test('one that is refused cancels the other one, locked or not', () => {
  const run = runProcess(remove, ...bothReady.slice(0, 1), refused(request(OTHER_METHOD), 'METHOD_NOT_FOUND'));
  expect(run.sent).toEqual({ [`cancel-deletion/${METHOD}`]: { type: 'CancelMethodDeletion', data: {} } });
});

test('the deadline cancels both, until both are ready', () => {
  expect(Object.keys(runProcess(remove, ...bothReady.slice(0, 1), deadlinePassed).sent)).toEqual([
    `cancel-deletion/${METHOD}`,
    `cancel-deletion/${OTHER_METHOD}`,
  ]);
  expect(runProcess(remove, ...bothReady, deadlinePassed)).toMatchObject({ state: 'STUCK', sent: {} });
});
