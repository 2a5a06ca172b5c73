import type { ProcessCommand } from '@test-planning/schema/messages';
import { deadlinePassed, done, METHOD, methodDescription, OTHER_METHOD, refused, runProcess } from '../testing/run-process';

const create: ProcessCommand = {
  type: 'CreateMethods',
  data: { methods: [METHOD, OTHER_METHOD].map((id) => ({ id, description: methodDescription })) },
};
const provisioned = [done(`provision/${METHOD}`), done(`provision/${OTHER_METHOD}`)];

test('first provisions all of them, linked to nothing', () => {
  const provision = { type: 'ProvisionMethod', data: { description: methodDescription, link: null } };
  expect(runProcess(create).sent).toEqual({ [`provision/${METHOD}`]: provision, [`provision/${OTHER_METHOD}`]: provision });
});

test('then confirms all of them', () => {
  expect(Object.values(runProcess(create, ...provisioned).sent)).toEqual([
    { type: 'ConfirmMethod', data: {} },
    { type: 'ConfirmMethod', data: {} },
  ]);
  expect(runProcess(create, ...provisioned, done(`confirm/${METHOD}`), done(`confirm/${OTHER_METHOD}`)).state).toBe('COMPLETED');
});

test('one that is refused discards the other one', () => {
  const run = runProcess(create, refused(`provision/${OTHER_METHOD}`, 'ALREADY_EXISTS'));
  expect(run.sent).toEqual({ [`discard/${METHOD}`]: { type: 'DiscardMethod', data: {} } });
  expect(
    runProcess(
      create,
      refused(`provision/${OTHER_METHOD}`, 'ALREADY_EXISTS'),
      done(`provision/${METHOD}`),
      done(`discard/${METHOD}`),
    ),
  ).toMatchObject({
    state: 'COMPENSATED',
    refusal: { code: 'ALREADY_EXISTS', details: { subjectId: OTHER_METHOD } },
  });
});

test('the deadline discards both, until all are there', () => {
  expect(Object.keys(runProcess(create, deadlinePassed).sent)).toEqual([`discard/${METHOD}`, `discard/${OTHER_METHOD}`]);
  expect(runProcess(create, ...provisioned, deadlinePassed)).toMatchObject({ state: 'STUCK', sent: {} });
});
