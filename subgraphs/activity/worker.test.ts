import { MemoryFeeds, MemoryLog, MemoryReadModels, MemoryTransactor } from '@test-planning/kernel/memory';
import { encodeMessage, inputHash, type Message, type NewLogRecord } from '@test-planning/kernel/messaging';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { topics, type Topic } from '@test-planning/schema/messages';
import fc from 'fast-check';
import { labFeed, type AuditEntryRecord } from './recording/audit-entry';
import { commandKey, commandsView, type CommandRecord } from './recording/command-record';
import { notificationFeed, type NotificationRecord } from './recording/notification';
import { subjectsView } from './recording/subject-existence';
import { applied, bob, command, LAB, parked, refused, unchanged, type Published } from './testing/sample-messages';
import { startActivityWorker } from './worker';

const NOTHING_LEFT = 0;

/** A log whose batches can be made to fail, with a worker on it. */
const setUp = async () => {
  const log = new MemoryLog({ partitions: 4, backOff: { firstMs: 1, longestMs: 2 } });
  const feeds = new MemoryFeeds([labFeed, notificationFeed]);
  const views = new MemoryReadModels([commandsView, subjectsView]);
  const worker = await startActivityWorker({}, { log, feeds, views, transactor: new MemoryTransactor(), logger: silentLogger });
  const settle = async (group = 'activity-worker') => {
    while ((await log.lag(group)).some(({ lag }) => lag !== NOTHING_LEFT)) await new Promise(setImmediate);
  };
  const audit = async () => (await feeds.read<AuditEntryRecord>({ feed: 'lab', owner: LAB, direction: 'ascending', limit: 1_000 })).entries.map((each) => each.entry);
  const toldTo = async (user: string) =>
    (await feeds.read<NotificationRecord>({ feed: 'notifications', owner: `${LAB}/${user}`, direction: 'ascending', limit: 1_000 })).entries.map((each) => each.entry);
  const commandUnder = async (id: string) => (await views.get<CommandRecord>('commands', LAB, [id])).get(id);
  return { log, feeds, views, worker, settle, audit, toldTo, commandUnder };
};

const sent = (message: Message, topic: Topic = topics.experimentsCommands) => encodeMessage(message, topic);
const publishedRecord = ({ message }: Published, topic: Topic = topics.experimentsEvents) => encodeMessage(message, topic);

test('records a command and what became of it', async () => {
  const { log, worker, settle, audit, toldTo, commandUnder } = await setUp();
  const create = command('Soil 3');
  await log.append([sent(create)]);
  await settle();
  expect(await commandUnder(create.id)).toMatchObject({ state: { status: 'ACCEPTED' } });
  await log.append([publishedRecord(applied(create))]);
  await settle();
  expect((await audit()).map(({ kind }) => kind)).toEqual(['COMMAND_ACCEPTED', 'EVENT']);
  expect((await toldTo('alice')).map(({ kind }) => kind)).toEqual(['COMMAND_DECIDED']);
  expect(await commandUnder(create.id)).toMatchObject({ state: { status: 'APPLIED' } });
  await worker.stop();
});

test('shows an acceptance before what came of it, even if the event is seen first', async () => {
  const { log, worker, settle, audit } = await setUp();
  const create = command('Soil 3');
  await log.append([publishedRecord(applied(create))]);
  await settle();
  await log.append([sent(create)]);
  await settle();
  expect((await audit()).map(({ kind }) => kind)).toEqual(['COMMAND_ACCEPTED', 'EVENT']);
  await worker.stop();
});

test('leaves out what it can\'t understand, and goes on behind it', async () => {
  const { log, worker, settle, audit } = await setUp();
  const create = command('Soil 3');
  const good = sent(create);
  const broken: NewLogRecord[] = [
    { ...good, value: '{' },
    { ...good, headers: {} },
    publishedRecord({ ...applied(create), message: { ...applied(create).message, data: { kind: 'event' } } }),
  ];
  await log.append([...broken, good]);
  await settle();
  expect((await audit()).map(({ kind }) => kind)).toEqual(['COMMAND_ACCEPTED']);
  await worker.stop();
});

/** One id used for two inputs: the worker decided the first, and told the second that the id is taken. */
const first = command('one', { id: 'the-id', correlationId: 'the-id' });
const second = { ...first, data: { name: 'another input' } };

/** All that goes over the log for some commands, with the documents and entries that have to be there in the end. */
const story = {
  records: [
    sent(first), sent(second), publishedRecord(applied(first)), publishedRecord(refused(second, 'COMMAND_ID_REUSED')),
    sent(command('two')), publishedRecord(parked(command('two'))), publishedRecord(refused(command('two'), 'ALREADY_EXISTS')),
    sent(command('three', { actor: bob })), publishedRecord(unchanged(command('three', { actor: bob }))),
  ],
  statuses: {
    'the-id': 'APPLIED',
    [commandKey('the-id', inputHash(first))]: 'APPLIED',
    [commandKey('the-id', inputHash(second))]: 'REFUSED',
    [command('two').id]: 'REFUSED',
    [command('three').id]: 'APPLIED',
  },
};

test('comes to the same, in whatever order and however often the messages come', async () => {
  await fc.assert(fc.asyncProperty(
    fc.shuffledSubarray([...story.records, ...story.records, ...story.records], { minLength: story.records.length }),
    async (some) => {
      const { log, worker, settle, audit, toldTo, commandUnder } = await setUp();
      // Every message at least once, in random order, with doubles.
      await log.append([...some, ...story.records.filter((record) => !some.includes(record))]);
      await settle();
      const entries = await audit();
      expect(entries.map(({ kind, command: { id } }) => `${kind} ${id}`).sort()).toEqual([
        'COMMAND_ACCEPTED the-id', 'COMMAND_ACCEPTED the-id', 'EVENT the-id', 'COMMAND_REFUSED the-id',
        `COMMAND_ACCEPTED ${command('two').id}`, `COMMAND_REFUSED ${command('two').id}`, `COMMAND_ACCEPTED ${command('three').id}`,
      ].sort());
      expect(await toldTo('alice')).toHaveLength(3);
      expect(await toldTo('bob')).toHaveLength(1);
      for (const [id, status] of Object.entries(story.statuses)) expect([id, (await commandUnder(id))?.state.status]).toEqual([id, status]);
      expect((await commandUnder('the-id'))?.inputHash).toBe(inputHash(first));
      await worker.stop();
    },
  ), { numRuns: 100 });
});

test('the views can be dropped: a new group builds the same again, and adds nothing to the feeds', async () => {
  const { log, feeds, views, worker, settle, audit, toldTo, commandUnder } = await setUp();
  await log.append(story.records);
  await settle();
  await worker.stop();
  const ids = Object.keys(story.statuses);
  const read = async () => ({ commands: await Promise.all(ids.map(commandUnder)), audit: await audit(), alice: await toldTo('alice') });
  const before = await read();
  await views.clear(commandsView.name);
  expect(await commandUnder('the-id')).toBeUndefined();
  const again = await startActivityWorker({ group: 'another' }, { log, feeds, views, transactor: new MemoryTransactor(), logger: silentLogger });
  await settle('another');
  expect(await read()).toEqual(before);
  await again.stop();
});

test('whoever sees an outcome can read the entries that tell of it, and of its subject\'s being there', async () => {
  const { log, feeds, views, worker, settle, audit, toldTo } = await setUp();
  await worker.stop();
  const create = command('Soil 3');
  const readable: unknown[] = [];
  const write: typeof views.write = async (writes) => {
    for (const { view } of writes) if (view === commandsView.name) readable.push([(await audit()).map(({ kind }) => kind), (await toldTo('alice')).length]);
    await views.write(writes);
  };
  const watched = await startActivityWorker({}, { log, feeds, views: { write }, transactor: new MemoryTransactor(), logger: silentLogger });
  await log.append([sent(create)]);
  await settle();
  await log.append([publishedRecord(applied(create))]);
  await settle();
  expect(readable[0]).toEqual([['COMMAND_ACCEPTED'], 0]);
  expect(readable.at(-1)).toEqual([['COMMAND_ACCEPTED', 'EVENT'], 1]);
  await watched.stop();
});

test('a crash behind any of its writes leaves nothing out and doubles nothing', async () => {
  for (const failing of ['views', 'feeds', 'acknowledge'] as const) {
    const { log, feeds, views, worker, settle, audit, toldTo, commandUnder } = await setUp();
    await worker.stop();
    let crashes = 0;
    /** The work is done, and then it fails, the first time. */
    const thenCrash = async (port: typeof failing, work: Promise<void>): Promise<void> => {
      await work;
      if (port !== failing || crashes > 0) return;
      crashes += 1;
      throw new Error('crash');
    };
    const again = await startActivityWorker({}, {
      log: {
        append: (records) => log.append(records),
        lag: (group) => log.lag(group),
        failing: () => log.failing(),
        subscribe: (options, handle) => log.subscribe(options, (batch) =>
          handle({ ...batch, acknowledge: (upTo) => thenCrash('acknowledge', batch.acknowledge(upTo)) })),
      },
      feeds: { append: (entries) => thenCrash('feeds', feeds.append(entries)) },
      views: { write: (writes) => thenCrash('views', views.write(writes)) },
      transactor: new MemoryTransactor(),
      logger: silentLogger,
    });
    await log.append(story.records);
    await settle();
    expect(crashes).toBe(1);
    expect(await audit()).toHaveLength(7);
    expect(await toldTo('alice')).toHaveLength(3);
    expect(await commandUnder('the-id')).toMatchObject({ state: { status: 'APPLIED' } });
    await again.stop();
  }
});
