import type { Commit, CommitResult } from '../event-sourcing/commit';
import type { ProcessStepReference } from '../messaging/message';
import { replyTo } from './reply';

const mine: ProcessStepReference = { process: 'lab/process/1', step: 'attach/m' };
const theirs: ProcessStepReference = { process: 'lab/process/2', step: 'delete/m' };

const commit = (result: CommitResult, step?: ProcessStepReference): Commit => ({
  id: 'lab/process/message-1',
  stream: 'lab/thing/m',
  sequence: 3,
  version: 2,
  inputHash: 'hash',
  at: '2026-01-01T00:00:00.000Z',
  actor: { userId: 'ada', name: 'Ada' },
  message: {
    id: 'message-1',
    origin: 'process',
    type: 'Attach',
    time: '2026-01-01T00:00:00.000Z',
    correlationId: 'command-1',
    ...(step && { step }),
  },
  result,
});
const options = {
  source: 'things-worker',
  subjectName: 'Thing 7',
  awaitedBy: ({ type }: { type: string }) => (type === 'Ready' ? theirs : undefined),
};
const attached = { type: 'Attached', data: { link: 1 } };
const ready = { type: 'Ready', data: {} };

test('a step that was accepted is answered with what happened', () => {
  expect(replyTo(commit({ kind: 'accepted', events: [attached] }, mine), options)).toMatchObject([
    {
      origin: 'reply',
      type: 'StepSucceeded',
      stream: 'lab/process/1',
      lab: 'lab',
      correlationId: 'command-1',
      causationId: 'message-1',
      data: { step: 'attach/m', events: [attached], version: 2, subjectName: 'Thing 7' },
    },
  ]);
});

test('a step that changed nothing is answered without events', () => {
  expect(replyTo(commit({ kind: 'nothing-changed' }, mine), options)).toMatchObject([
    { type: 'StepSucceeded', data: { events: [] } },
  ]);
});

test('a step that was refused is told why', () => {
  const refusal = { code: 'NO', message: 'No.' };
  expect(replyTo(commit({ kind: 'refused', refusal }, mine), options)).toMatchObject([
    { type: 'StepRefused', data: { step: 'attach/m', refusal } },
  ]);
});

test('what no process sent is answered to none', () => {
  expect(replyTo(commit({ kind: 'accepted', events: [attached] }), options)).toEqual([]);
});

test('a step that waits for an event is told, whoever caused it', () => {
  expect(replyTo(commit({ kind: 'accepted', events: [attached, ready] }, mine), options)).toMatchObject([
    { stream: 'lab/process/1', data: { events: [attached, ready] } },
    { type: 'StepSucceeded', stream: 'lab/process/2', data: { step: 'delete/m', events: [ready] } },
  ]);
  expect(replyTo(commit({ kind: 'accepted', events: [ready] }), options)).toHaveLength(1);
});

test('a step is answered once, though it waits for what it caused itself', () => {
  expect(replyTo(commit({ kind: 'accepted', events: [ready] }, theirs), options)).toHaveLength(1);
});

test('published again, it is the same answer', () => {
  const again = () => replyTo(commit({ kind: 'accepted', events: [attached, ready] }, mine), options);
  expect(again()).toEqual(again());
  expect(new Set(again().map(({ id }) => id)).size).toBe(2);
});
