import { accept, nothingChanged, refuse, type Decider } from '../event-sourcing/decider';
import type { ParsedInput, WorkerDefinition } from '../event-sourcing/handling-loop/definition';
import { encodeMessage } from '../messaging/envelope';
import { derivedId } from '../messaging/ids';
import type { NewLogRecord } from '../messaging/log';
import type { Message } from '../messaging/message';
import { parseStreamId, type StreamId } from '../messaging/streams';
import type { ViewDefinition } from '../read-models/read-models';

/** The smallest aggregate that can do everything: add, refuse, change nothing and fail. `Open` adds as well, and claims to be the first. */
export type CounterCommand = { type: 'Open' | 'Add'; data: { amount: number } } | { type: 'Break'; data: Record<string, never> };
export interface CounterEvent {
  type: 'Added';
  data: { amount: number };
}
export interface CounterState {
  total: number;
  additions: number;
}

const LIMIT = 1000;

export const counterDecider: Decider<CounterState, CounterCommand, CounterEvent> = {
  initial: { total: 0, additions: 0 },
  decide: (command, { total }) => {
    if (command.type === 'Break') throw new Error('This counter is broken');
    const { amount } = command.data;
    if (amount === 0) return nothingChanged;
    if (total + amount > LIMIT) return refuse('TOO_MUCH', `At most ${LIMIT}`, { total });
    return accept({ type: 'Added', data: { amount } });
  },
  evolve: ({ total, additions }, { data }) => ({ total: total + data.amount, additions: additions + 1 }),
};

export interface CounterDocument {
  total: number;
  sequence: number;
}

export const counterView: ViewDefinition<CounterDocument> = {
  name: 'counters',
  version: 1,
  fields: { total: { kind: 'number', of: ({ total }) => total } },
};

export const counterTopics = { commands: 'counters.commands', events: 'counters.events', deadLetters: 'counters.dead-letters' } as const;

const parseCounterCommand = (type: string, _schemaVersion: number, data: unknown): ParsedInput<CounterCommand> => {
  if (type === 'Break') return { kind: 'parsed', message: { type, data: {} } };
  if (type !== 'Add' && type !== 'Open') return { kind: 'unknown-type', type };
  if (typeof data !== 'object' || data === null || !('amount' in data) || typeof data.amount !== 'number') {
    return { kind: 'malformed', reason: 'amount has to be a number' };
  }
  return { kind: 'parsed', message: { type, data: { amount: data.amount } } };
};

export const counterWorker: WorkerDefinition<CounterState, CounterCommand, CounterEvent> = {
  service: 'counters',
  group: 'counters-worker',
  topic: counterTopics.commands,
  deadLettersTopic: counterTopics.deadLetters,
  decider: counterDecider,
  parse: parseCounterCommand,
  opens: ({ type }) => type === 'Open',
  versionOf: ({ additions }) => additions,
  project: ({ stream, sequence }, { total }) => {
    const { lab, id } = parseStreamId(stream);
    return [{ view: counterView.name, lab, id, stream, sequence, document: { total, sequence } satisfies CounterDocument }];
  },
  publish: (commit, before, after) => [told(commit.stream, commit.message.correlationId, derivedId(commit.id), 'Told', {
    commit: commit.id, sequence: commit.sequence, result: commit.result.kind, before: before.total, after: after.total,
  })],
  publishParked: (message, error) => [told(message.stream, message.correlationId, derivedId(message.id, 'parked'), 'CommandParked', { id: message.id, error })],
  retries: 3,
  cacheSize: 100,
};

const told = (stream: StreamId, correlationId: string, id: string, type: string, data: unknown): NewLogRecord => encodeMessage({
  id, origin: 'reply', type, schemaVersion: 1, source: 'counters', stream, lab: parseStreamId(stream).lab, time: '2026-01-02T03:04:05.678Z',
  actor: { userId: 'ada', name: 'Ada' }, correlationId, causationId: correlationId, data,
}, counterTopics.events);

/** A command for a counter of lab `lab`, as it comes in. */
export const counterCommand = (counter: string, id: string, command: CounterCommand | { type: string; data: unknown }, userId = 'ada'): NewLogRecord => {
  const message: Message = {
    id, origin: 'client', type: command.type, schemaVersion: 1, source: 'test', stream: counterStream(counter), lab: 'lab',
    time: '2026-01-02T03:04:05.000Z', actor: { userId, name: 'Ada' }, correlationId: id, causationId: id, data: command.data,
  };
  return encodeMessage(message, counterTopics.commands);
};

export const counterStream = (counter: string): StreamId => `lab/counter/${counter}`;
