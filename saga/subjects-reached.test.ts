import type { Process, ProcessStep } from '@test-planning/kernel/processes';
import { LISTED_SUBJECTS } from '@test-planning/schema/messages';
import { subjectsReachedBy } from './subjects-reached';

const step = (subject: string, name: string, event: string | null, changes: Partial<ProcessStep> = {}): ProcessStep => ({
  id: `${name}/${subject}`,
  name,
  subject,
  compensates: null,
  state: 'DONE',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:00.010Z',
  events: event === null ? [] : [{ type: event, data: {} }],
  version: 2,
  subjectName: subject.toUpperCase(),
  refusal: null,
  ...changes,
});

const processOf = (...steps: ProcessStep[]) => ({ steps: new Map(steps.map((each) => [each.id, each])) }) as unknown as Process;

test('a process reached its subject first, then each thing once to which a step made something happen', () => {
  const process = processOf(step('b', 'attach', 'ExperimentAttached'), step('main', 'link', 'MethodsLinked'), step('b', 'confirm', 'AttachmentConfirmed'));
  expect(subjectsReachedBy(process, 'main').map(({ stream }) => stream)).toEqual(['main', 'b']);
});

test('a step that was refused, or made nothing happen, reached nothing', () => {
  const process = processOf(step('a', 'detach', null), step('b', 'delete', 'MethodDeleted', { state: 'REFUSED' }));
  expect(subjectsReachedBy(process, null)).toEqual([]);
});

test('a method whose link was prepared and taken back, as the pair was linked already, was not reached', () => {
  const process = processOf(
    step('linked', 'attach', 'ExperimentAttached'), step('again', 'attach', 'ExperimentAttached'), step('main', 'link', 'MethodsLinked'),
    step('linked', 'confirm', 'AttachmentConfirmed'), step('again', 'detach', 'ExperimentDetached'),
  );
  expect(subjectsReachedBy(process, 'main').map(({ stream }) => stream)).toEqual(['main', 'linked']);
});

test('a method whose link is removed was reached', () => {
  const process = processOf(step('main', 'unlink', 'MethodsUnlinked'), step('a', 'detach', 'ExperimentDetached'));
  expect(subjectsReachedBy(process, 'main').map(({ stream }) => stream)).toEqual(['main', 'a']);
});

test('a deleted thing is told with its last name', () => {
  const process = processOf(step('a', 'request-deletion', 'MethodDeletionRequested'), step('a', 'delete', 'MethodDeleted'));
  expect(subjectsReachedBy(process, null)).toEqual([{ stream: 'a', deleted: true, name: 'A' }]);
});

test(`a process lists ${LISTED_SUBJECTS} of the things that it reached at most`, () => {
  const steps = Array.from({ length: LISTED_SUBJECTS + 1 }, (_, index) => step(`e${index}`, 'unlink', 'MethodsUnlinked'));
  expect(subjectsReachedBy(processOf(...steps), null)).toHaveLength(LISTED_SUBJECTS);
});
