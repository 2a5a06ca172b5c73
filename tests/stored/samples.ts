import type { Commit, Stored } from '@test-planning/kernel/event-sourcing';
import { decodeMessage, type LogRecord, type Message } from '@test-planning/kernel/messaging';
import { signedCursors, type CursorContent } from '@test-planning/kernel/subgraph';
import { streamKinds, topics } from '@test-planning/schema/messages';
import { activityStores } from '@test-planning/activity';
import { experimentsStores } from '@test-planning/experiments';
import { methodsStores } from '@test-planning/methods';
import { sagaStores } from '@test-planning/saga';
import type { Kind, Samples } from './kinds';
import { cursorSecret, dig, field, LAB, type Scenario } from './scenario';

/** The name of a type in its version: the first one has the bare name. */
export const versioned = (type: string, schemaVersion = 1): string => (schemaVersion === 1 ? type : `${type}.v${schemaVersion}`);

/** One sample of everything that the scenario stored and sent. */
export const samplesOf = async (scenario: Scenario): Promise<Record<Kind, Samples>> => ({
  names: namesOf(scenario),
  commands: recordsBy(scenario, commandTopics, ({ topic }, { type, schemaVersion, origin }) => `${topic} ${versioned(type, schemaVersion)}${origin === 'client' ? '' : ` (${origin})`}`),
  commits: await commitsOf(scenario),
  publications: recordsBy(scenario, eventTopics, ({ topic }, { type, schemaVersion, data }) => `${topic} ${versioned(type, schemaVersion)}${decidesIn(data)}`),
  'feed-entries': await feedEntriesOf(scenario),
  cursors: await cursorsOf(scenario),
  parked: await parkedOf(scenario),
});

const commandTopics: readonly string[] = [topics.experimentsCommands, topics.methodsCommands, topics.sagaInbox];
const eventTopics: readonly string[] = [topics.experimentsEvents, topics.methodsEvents, topics.sagaEvents];

/** Each name by what it is a name of, so that a new one needs a sample. */
const namesOf = ({ log }: Scenario): Samples => Object.fromEntries([
  ...Object.entries(topics).map(([name, topic]) => [`topic ${name}`, topic]),
  ...Object.entries(streamKinds).map(([name, kind]) => [`stream kind ${name}`, kind]),
  ...log.groups.flatMap(({ group, topics: read }) => read.map((topic) => [`group ${group} reads ${topic}`, true])),
  ...activityStores.feeds.flatMap(({ name, fields }) => Object.entries(fields).map(([field, { kind }]) => [`feed ${name} has ${field}`, kind])),
  ...Object.entries({ experiments: experimentsStores, methods: methodsStores, saga: sagaStores, activity: activityStores }).flatMap(([service, { views }]) =>
    views.map(({ name }) => [`view ${name} of ${service}`, true])),
  // No commit and no feed has what readers have marked: another version would drop it.
  ['version of the view read-marks', activityStores.views.find(({ name }) => name === 'read-marks')?.version],
]) as Samples;

const recordsBy = ({ log }: Scenario, of: readonly string[], nameOf: (record: LogRecord, message: Message) => string): Samples => {
  const samples: Samples = {};
  for (const record of log.records.filter(({ topic }) => of.includes(topic))) {
    const decoded = decodeMessage(record);
    if (decoded.kind === 'malformed') throw new Error(decoded.reason);
    if (decoded.message.type === 'UnknownToAll') continue;
    const { topic, key, headers, value } = record;
    samples[nameOf(record, decoded.message)] ??= { topic, key, headers, value: JSON.parse(value) as unknown };
  }
  return samples;
};

const decidesIn = (data: unknown): string => ((data as { decides?: unknown }).decides ? ' that decides' : '');

const commitsOf = async ({ services }: Scenario): Promise<Samples> => {
  const samples: Samples = {};
  for (const [service, { events }] of Object.entries(services)) {
    for await (const commits of events.scan(1_000)) for (const commit of commits) for (const name of namesOfCommit(commit)) samples[`${service} ${name}`] ??= commit;
  }
  return samples;
};

const namesOfCommit = ({ id, result, commands = [], message }: Commit): string[] => {
  const sends = commands.length > 0 ? ['with outgoing commands'] : [];
  switch (result.kind) {
    case 'accepted': return [...result.events.map((event: Stored) => versioned(event.type, event.schemaVersion)), ...sends];
    case 'refused': return [id.endsWith(message.id) ? 'refusal' : 'refusal of a reused id'];
    case 'nothing-changed': return ['nothing changed'];
  }
};

const feedEntriesOf = async ({ services: { activity: { feeds } } }: Scenario): Promise<Samples> => {
  const samples: Samples = {};
  for (const [feed, owners] of [['lab', [LAB]], ['notifications', [`${LAB}/ada`, `${LAB}/bob`]]] as const) {
    for (const owner of owners) {
      const { entries } = await feeds.read<{ kind: string; severity?: string; change?: object | null; subject: { kind: string } }>({ feed, owner, direction: 'ascending', limit: 1_000 });
      for (const { number, entry } of entries) {
        const { kind, severity = '', change, subject } = entry;
        samples[[feed, kind, severity, subject.kind, change === null ? 'without change' : ''].filter((part) => part !== '').join(' ')] ??= { owner, number, entry };
      }
    }
  }
  return samples;
};

/** Of every connection and feed, as the APIs gave them out. */
const cursorsOf = async ({ ask }: Scenario): Promise<Samples> => {
  const order = (fields: string[]) => fields.flatMap((field) => ['ASC', 'DESC'].map((direction) => `{by: ${field}, direction: ${direction}}`));
  const experimentOrders = order(['NAME', 'CREATED_AT', 'UPDATED_AT', 'PLANNED_START']);
  const asked: [Parameters<typeof ask>[0], string][] = [
    ...experimentOrders.map((orderBy): [Parameters<typeof ask>[0], string] => ['experiments', `{ experiments(first: 1, orderBy: ${orderBy}) { pageInfo { endCursor } } }`]),
    ['experiments', `{ experiment(id: "${field}") { methods(first: 1) { pageInfo { endCursor } } } }`],
    ...order(['NAME', 'CREATED_AT', 'UPDATED_AT', 'APPLICATION_RATE']).map((orderBy): [Parameters<typeof ask>[0], string] => ['methods', `{ methods(first: 1, orderBy: ${orderBy}) { pageInfo { endCursor } } }`]),
    ['methods', `{ method(id: "${dig}") { experiments(first: 1) { pageInfo { endCursor } } } }`],
    ['saga', '{ processes(first: 1) { pageInfo { endCursor } } }'],
    ['activity', '{ auditTrail(first: 1) { pageInfo { endCursor } } }'],
    ['activity', '{ notifications(first: 1) { pageInfo { endCursor } } }'],
    ['activity', '{ feedPosition }'],
  ];
  const cursors = signedCursors(cursorSecret);
  const samples: Samples = {};
  for (const [api, query] of asked) {
    const cursor = cursorIn(await ask(api, query));
    if (cursor === null) continue;
    const content = contentOf(cursors, cursor);
    samples[`${api} ${query}`] = { cursor, content };
  }
  return samples;
};

const cursorIn = (data: unknown): string | null => {
  if (typeof data === 'string') return data;
  const [value] = typeof data === 'object' && data !== null ? Object.values(data) : [null];
  return value === undefined || value === null ? null : cursorIn(value);
};

export const contentOf = (cursors: ReturnType<typeof signedCursors>, cursor: string): CursorContent => {
  try {
    return cursors.decode(cursor, 'connection', LAB);
  } catch {
    return cursors.decode(cursor, 'feed', LAB);
  }
};

const parkedOf = async ({ services, log }: Scenario): Promise<Samples> => {
  const samples: Samples = {};
  for (const [service, { parking }] of Object.entries(services)) {
    for (const key of await parking.keys()) {
      for (const { record, ...rest } of await parking.read(key)) samples[`${service} ${rest.reason.kind}`] ??= { ...rest, record: { ...record, offset: String(record.offset) } };
    }
  }
  for (const { topic, key, headers, value } of log.records.filter((record) => record.topic.endsWith('.dead-letters'))) samples[topic] ??= { topic, key, headers, value };
  return samples;
};
