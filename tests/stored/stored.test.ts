import { MemoryEventStore, MemoryFeeds, MemoryParkingLot, MemoryReadModels, MemoryTransactor } from '@test-planning/kernel/memory';
import { decodeMessage } from '@test-planning/kernel/messaging';
import { signedCursors } from '@test-planning/kernel/subgraph';
import { experimentCommands, experimentEvents, methodCommands, methodEvents, processCommands, processEvents, processReplies, publication } from '@test-planning/schema/messages';
import { losses } from './compare';
import { faultsOf } from './faults';
import { goldenSamples } from './golden';
import { kinds, type Kind, type Samples } from './kinds';
import { contentOf, samplesOf, versioned } from './samples';
import { cursorSecret, runScenario } from './scenario';
import { documentsOf, streamsOf, typesIn, workers, type RecordedStream } from './streams';

const inMemory = {
  transactor: new MemoryTransactor(),
  service: (_name: string, { views = [], feeds = [] }: Parameters<Parameters<typeof runScenario>[0]['service']>[1]) => Promise.resolve({
    events: new MemoryEventStore(), views: new MemoryReadModels(views), feeds: new MemoryFeeds(feeds), parking: new MemoryParkingLot(),
  }),
};

const RECORD = 'record one with `npm run record-stored`';

describe('What is stored and sent', () => {
  let present: Record<Kind, Samples>;
  let streams: Record<string, RecordedStream>;
  beforeAll(async () => {
    const scenario = await runScenario(inMemory);
    present = await samplesOf(scenario);
    streams = await streamsOf(scenario);
    await scenario.stop();
  });

  it.each(Object.keys(kinds) as Kind[])('has %s in the form in which they were recorded', (kind) => {
    expect(faultsOf(kind, goldenSamples(kind, present[kind]), present[kind])).toEqual([]);
  });

  it.each(Object.keys(kinds) as Kind[])('has a recorded sample of everything among %s', (kind) => {
    const recorded = goldenSamples(kind, present[kind]);
    expect(Object.keys(present[kind]).filter((name) => !Object.hasOwn(recorded, name)).map((name) => `${name} has no recorded sample: ${RECORD}`)).toEqual([]);
  });

  it('has a recorded sample of every command and event that is defined', () => {
    const [commands, commits, publications] = (['commands', 'commits', 'publications'] as const).map((kind) => Object.keys(goldenSamples(kind, present[kind])));
    const missing = (names: readonly string[] = [], prefix: string, definitions: readonly { type: string; schemaVersion: number }[]): string[] =>
      definitions
        .map(({ type, schemaVersion }) => `${prefix} ${versioned(type, schemaVersion)}`)
        .filter((name) => !names.some((other) => other === name || other.startsWith(`${name} `)))
        .map((name) => `${name} has no recorded sample: let tests/stored/scenario.ts make one, and ${RECORD}`);
    expect([
      ...missing(commands, 'experiments.commands', experimentCommands), ...missing(commands, 'methods.commands', methodCommands),
      ...missing(commands, 'saga.inbox', [...processCommands, ...processReplies]),
      ...missing(commits, 'experiments', experimentEvents), ...missing(commits, 'methods', methodEvents), ...missing(commits, 'saga', processEvents),
      ...missing(publications, 'experiments.events', experimentEvents), ...missing(publications, 'methods.events', methodEvents),
      // The end of a compensated process is told as the refusal of its command.
      ...missing(publications, 'saga.events', processEvents.filter(({ type }) => type !== 'ProcessCompensated')),
    ]).toEqual([]);
  });

  it('can read every recorded command', () => {
    const parsers = { 'experiments.commands': workers.experiments, 'methods.commands': workers.methods, 'saga.inbox': workers.saga } as const;
    const unread = Object.entries(goldenSamples('commands', {}) as Record<string, RecordedRecord>).flatMap(([name, sample]) => {
      const message = messageOf(sample);
      const { kind, ...why } = parsers[sample.topic as keyof typeof parsers].parse(message.type, message.schemaVersion, message.data);
      return kind === 'parsed' ? [] : [`${name} can not be read: ${JSON.stringify(why)}. ${kinds.commands}`];
    });
    expect(unread).toEqual([]);
  });

  it('can read every recorded publication', () => {
    const unread = Object.entries(goldenSamples('publications', {}) as Record<string, RecordedRecord>).flatMap(([name, sample]) => {
      const { success, error } = publication.safeParse(messageOf(sample).data);
      return success ? [] : [`${name} can not be read: ${error.message}. ${kinds.publications}`];
    });
    expect(unread).toEqual([]);
  });

  it('can read every recorded cursor', () => {
    const recorded = goldenSamples('cursors', {}) as Record<string, { cursor: string; content: unknown }>;
    for (const { cursor, content } of Object.values(recorded)) expect(contentOf(signedCursors(cursorSecret), cursor)).toEqual(content);
  });

  it('folds and projects every recorded stream into the documents that it had', async () => {
    const recorded = Object.entries(goldenSamples('streams', streams) as Record<string, RecordedStream>);
    const faults = await Promise.all(recorded.map(async ([name, { service, commits, documents }]) => {
      const present = await documentsOf(service, commits);
      return documents.flatMap(({ view, id, document }) =>
        losses(document, present.find((other) => other.view === view && other.id === id)?.document ?? null, `${name}: the document ${id} of the view ${view}`)
          .map((loss) => `${loss}. ${kinds.commits}`));
    }));
    expect(faults.flat()).toEqual([]);
  });

  it('has every recorded event in a recorded stream', () => {
    const folded = new Set(Object.values(goldenSamples('streams', streams) as Record<string, RecordedStream>).flatMap(({ service, commits }) => typesIn(commits).map((type) => `${service} ${type}`)));
    const recorded = Object.keys(goldenSamples('commits', {})).filter((name) => /^\w+ [A-Z]\w+(\.v\d+)?$/.test(name));
    expect(recorded.filter((name) => !folded.has(name)).map((name) => `${name} is in no recorded stream: ${RECORD}`)).toEqual([]);
  });
});

interface RecordedRecord {
  topic: string;
  key: string;
  headers: Record<string, string>;
  value: unknown;
}

const messageOf = ({ key, headers, value }: RecordedRecord) => {
  const decoded = decodeMessage({ key, headers, value: JSON.stringify(value) });
  if (decoded.kind === 'malformed') throw new Error(decoded.reason);
  return decoded.message;
};
