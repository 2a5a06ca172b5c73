import type { ProcessCommand } from '@test-planning/schema/messages';
import {
  deadlinePassed,
  done,
  EXPERIMENT,
  experimentDescription,
  linkTo,
  METHOD,
  methodDescription,
  OTHER_METHOD,
  refused,
  runProcess,
} from '../testing/run-process';

const creation = (...methodIds: string[]): ProcessCommand => ({
  type: 'CreateExperimentWithMethods',
  data: {
    experimentId: EXPERIMENT,
    description: experimentDescription,
    methods: methodIds.map((id) => ({ id, description: methodDescription })),
  },
});
const create = creation(METHOD, OTHER_METHOD);
const provisioned = [
  done(`provision-experiment/${EXPERIMENT}`),
  done(`provision-method/${METHOD}`),
  done(`provision-method/${OTHER_METHOD}`),
];
const methodsConfirmed = [done(`confirm-method/${METHOD}`), done(`confirm-method/${OTHER_METHOD}`)];
const experimentConfirmed = done(`confirm-experiment/${EXPERIMENT}`);

test('first provisions everything at once, linked to each other', () => {
  const { sent } = runProcess(create);
  expect(sent[`provision-experiment/${EXPERIMENT}`]?.data).toEqual({
    description: experimentDescription,
    links: [
      { methodId: METHOD, linkId: linkTo(METHOD) },
      { methodId: OTHER_METHOD, linkId: linkTo(OTHER_METHOD) },
    ],
  });
  expect(sent[`provision-method/${METHOD}`]?.data).toEqual({
    description: methodDescription,
    link: { experimentId: EXPERIMENT, linkId: linkTo(METHOD) },
  });
  expect(Object.keys(sent)).toHaveLength(3);
});

test('then shows the methods, then the experiment, then confirms the links', () => {
  expect(Object.keys(runProcess(create, ...provisioned).sent)).toEqual([
    `confirm-method/${METHOD}`,
    `confirm-method/${OTHER_METHOD}`,
  ]);
  expect(runProcess(create, ...provisioned, ...methodsConfirmed).sent).toEqual({
    [`confirm-experiment/${EXPERIMENT}`]: { type: 'ConfirmExperiment', data: {} },
  });
  expect(runProcess(create, ...provisioned, ...methodsConfirmed, experimentConfirmed).sent).toEqual({
    [`confirm-attachment/${METHOD}`]: { type: 'ConfirmAttachment', data: { linkId: linkTo(METHOD) } },
    [`confirm-attachment/${OTHER_METHOD}`]: { type: 'ConfirmAttachment', data: { linkId: linkTo(OTHER_METHOD) } },
  });
});

test('is complete when the links are', () => {
  const attachments = [done(`confirm-attachment/${METHOD}`), done(`confirm-attachment/${OTHER_METHOD}`)];
  expect(runProcess(create, ...provisioned, ...methodsConfirmed, experimentConfirmed, ...attachments).state).toBe('COMPLETED');
});

test('without methods it is the experiment alone', () => {
  const alone = creation();
  expect(Object.keys(runProcess(alone, done(`provision-experiment/${EXPERIMENT}`)).sent)).toEqual([
    `confirm-experiment/${EXPERIMENT}`,
  ]);
  expect(runProcess(alone, done(`provision-experiment/${EXPERIMENT}`), experimentConfirmed).state).toBe('COMPLETED');
});

test('a refusal anywhere discards everything else', () => {
  expect(Object.keys(runProcess(create, refused(`provision-experiment/${EXPERIMENT}`, 'ALREADY_EXISTS')).sent)).toEqual([
    `discard-method/${METHOD}`,
    `discard-method/${OTHER_METHOD}`,
  ]);
  expect(Object.keys(runProcess(create, refused(`provision-method/${METHOD}`, 'ALREADY_EXISTS')).sent)).toEqual([
    `discard-experiment/${EXPERIMENT}`,
    `discard-method/${OTHER_METHOD}`,
  ]);
});

test('the deadline discards everything, until everything is there', () => {
  expect(Object.keys(runProcess(create, deadlinePassed).sent)).toHaveLength(3);
  expect(runProcess(create, ...provisioned, deadlinePassed)).toMatchObject({ state: 'STUCK', sent: {} });
});
