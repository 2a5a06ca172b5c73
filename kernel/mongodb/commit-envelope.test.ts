import type { Commit } from '../event-sourcing/commit';
import { commitOf, documentOf, type CommitDocument } from './commit-documents';

const commit: Commit = {
  id: 'lab/client/1', stream: 'lab/thing/a', sequence: 1, version: 0, inputHash: 'hash', at: '2026-01-01T00:00:00.000Z', actor: { userId: 'ada', name: 'Ada' },
  message: { id: '1', origin: 'process', type: 'Do', time: '2026-01-01T00:00:00.000Z', correlationId: '1', step: { process: 'lab/process/p', step: 'do' }, traceparent: '00-1-2-01' },
  result: { kind: 'accepted', events: [{ type: 'Done', data: {} }] },
  commands: [],
};
const { message, result, actor } = commit;
const refusal = { code: 'GONE', message: 'It is gone' };

const flaws: [what: string, change: object, flaw: string][] = [
  ['a number as stream', { stream: 7 }, 'its stream is no text'],
  ['no hash', { inputHash: undefined }, 'its inputHash is no text'],
  ['a number as time', { at: 0 }, 'its at is no text'],
  ['sequence 0', { sequence: 0 }, 'its sequence is no number from 1 on'],
  ['text as sequence', { sequence: '1' }, 'its sequence is no number from 1 on'],
  ['half a version', { version: 0.5 }, 'its version is no number from 0 on'],
  ['no actor', { actor: null }, 'it has no actor'],
  ['a nameless actor', { actor: { userId: actor.userId } }, "its actor's name is no text"],
  ['no message', { message: undefined }, 'it has no message'],
  ['a message without a type', { message: { ...message, type: undefined } }, "its message's type is no text"],
  ['an origin that there is not', { message: { ...message, origin: 'toString' } }, `its message's origin is "toString"`],
  ['half a step', { message: { ...message, step: { process: 'lab/process/p' } } }, "its message's step names no step of a process"],
  ['a number as trace', { message: { ...message, traceparent: 1 } }, "its message's traceparent is no text"],
  ['no result', { result: 'accepted' }, 'it has no result'],
  ['a result that there is not', { result: { ...result, kind: 'maybe' } }, 'its result is "maybe"'],
  ['accepted without events', { result: { kind: 'accepted' } }, 'it is accepted and its events are no list'],
  ['refused without a code', { result: { kind: 'refused', refusal: {} } }, 'it is refused and has no refusal with a code'],
  ['one command', { commands: {} }, 'its commands are no list'],
];

const unreadable = (flaw: string): TypeError => new TypeError(`What is stored as the commit "lab/client/1" can't be read: ${flaw}`);

describe('a stored commit', () => {
  const asText = (stored: unknown): CommitDocument => ({ _id: commit.id, stream: commit.stream, sequence: 1, json: JSON.stringify(stored) });

  it.each<[string, Commit]>([
    ['accepted', commit],
    ['refused', { ...commit, result: { kind: 'refused', refusal } }],
    ['without an effect, a step or commands', { ...commit, message: { ...message, step: undefined, traceparent: undefined }, result: { kind: 'nothing-changed' }, commands: undefined }],
  ])('is given back: %s', (_what, stored) => {
    expect(commitOf(documentOf(stored))).toEqual(stored);
    expect(commitOf(asText(stored))).toEqual(stored);
  });

  it.each(flaws)('is refused with its name and what is wrong: %s', (_what, change, flaw) => {
    const { id: _id, ...rest } = commit;
    expect(() => commitOf({ _id, ...rest, ...change })).toThrow(unreadable(flaw));
    expect(() => commitOf(asText({ ...commit, ...change }))).toThrow(unreadable(flaw));
  });

  it('is refused when its text is no JSON, no object, or without the id', () => {
    expect(() => commitOf({ ...asText(commit), json: '{"id":' } as CommitDocument)).toThrow(unreadable('its text is no JSON').message);
    expect(() => commitOf(asText(null))).toThrow(unreadable('it is no object'));
    expect(() => commitOf(asText({ ...commit, id: undefined }))).toThrow(unreadable('its id is no text'));
  });
});
