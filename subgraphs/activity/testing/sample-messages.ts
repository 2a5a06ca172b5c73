import { derivedId, inputHash, streamId, type Actor, type Message } from '@test-planning/kernel/messaging';
import type { Publication } from '@test-planning/schema/messages';

/** Messages as the other services send them, to test with. Everything can be overridden. */

export const LAB = 'alpha';
export const alice: Actor = { userId: 'alice', name: 'Alice' };
export const bob: Actor = { userId: 'bob', name: 'Bob' };

export const uuid = (name: string): string => derivedId('sample', name);

export const experimentStream = (name: string, lab = LAB) => streamId(lab, 'experiment', uuid(name));
export const processStream = (name: string, lab = LAB) => streamId(lab, 'process', uuid(name));

/** A user's command, as an API sends it. */
export const command = (name: string, overrides: Partial<Message> = {}): Message => ({
  id: uuid(`command ${name}`),
  origin: 'client',
  type: 'CreateExperiment',
  schemaVersion: 1,
  source: 'experiments-api',
  stream: experimentStream(name),
  lab: LAB,
  time: '2026-03-01T08:00:00.000Z',
  actor: alice,
  correlationId: uuid(`command ${name}`),
  causationId: uuid(`command ${name}`),
  data: { name },
  ...overrides,
});

const DECIDED_AT = '2026-03-01T08:00:00.020Z';

const decidedBy = (cause: Message, subject: string | null, version: number | null) => ({
  commandId: cause.correlationId, inputHash: inputHash(cause), type: cause.type, acceptedAt: cause.time, durationMs: 20, subject, version,
});

const handled = (cause: Message) => ({
  sequence: 1,
  version: 1,
  command: { id: cause.id, type: cause.type, origin: cause.origin, inputHash: inputHash(cause), durationMs: 20 },
  subject: { name: 'Soil 3', creatorId: alice.userId, deleted: false },
  change: { version: 1, type: 'ExperimentCreated', reason: null, fields: [{ field: 'name', before: null, after: 'Soil 3' }] },
  decides: cause.origin === 'client' ? decidedBy(cause, cause.stream, 1) : null,
});

export interface Published {
  message: Message;
  publication: Publication;
}

type Handled = Exclude<Publication, { kind: 'parked' }>;

const published = (cause: Message, type: string, publication: Publication): Published => ({
  message: {
    ...cause, id: derivedId('published', cause.id, cause.origin, type, inputHash(cause)), origin: 'reply', type, source: 'experiments-worker',
    time: DECIDED_AT, causationId: cause.id, data: publication,
  },
  publication,
});

type Overrides = Partial<Pick<Handled, 'sequence' | 'version' | 'subject' | 'change' | 'decides'>>;

/** What the worker publishes when a command was applied. */
export const applied = (cause: Message, type = 'ExperimentCreated', overrides: Overrides = {}): Published =>
  published(cause, type, { kind: 'event', ...handled(cause), event: {}, ...overrides });

/** What it publishes when it was refused. */
export const refused = (cause: Message, code: string, overrides: Overrides = {}): Published => {
  const base = handled(cause);
  const decides = base.decides && { ...base.decides, version: null };
  return published(cause, `${cause.type}Refused`, {
    kind: 'refusal', ...base, change: null, subject: { name: null, creatorId: null, deleted: false }, decides,
    refusal: { code, message: 'It can not be done.', details: { why: 'test' } }, ...overrides,
  });
};

/** What it publishes when it had nothing to do. */
export const unchanged = (cause: Message): Published =>
  published(cause, 'NothingChanged', { kind: 'nothing-changed', ...handled(cause), change: null });

/** What it publishes when a command's key was set aside. */
export const parked = (cause: Message): Published =>
  published(cause, 'CommandParked', {
    kind: 'parked', command: { commandId: cause.id, inputHash: inputHash(cause), type: cause.type, acceptedAt: cause.time },
    input: cause.data,
  });

/** What the saga worker publishes about a process that a command started. */
export const processEvent = (start: Message, type: string, overrides: Overrides = {}): Published =>
  applied(start, type, { change: null, decides: null, subject: { name: null, creatorId: alice.userId, deleted: false }, ...overrides });

/** What decides the command that started a process. */
export const decisionOfProcess = (start: Message, subject: string | null, version: number | null = null) => decidedBy(start, subject, version);
