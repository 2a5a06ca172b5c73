import { rebuildViews } from '@test-planning/kernel/event-sourcing';
import { MemoryEventStore, MemoryLog, MemoryParkingLot, MemoryReadModels, MemoryTransactor } from '@test-planning/kernel/memory';
import { decodeMessage, derivedId, encodeMessage, type Message } from '@test-planning/kernel/messaging';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { eventually, fakeClock } from '@test-planning/kernel/testing';
import { parseProcessMessage, publication, topics, type ExperimentCommand, type ExperimentDescription, type Publication } from '@test-planning/schema/messages';
import { startExperimentsWorker } from './service';
import { experimentsView, type ExperimentDocument } from './views/experiments-view';
import { experimentsWorker } from './worker-definition';

const experimentId = derivedId('experiment');
const [m1, m2] = [derivedId('m1'), derivedId('m2')];
const stream = `alpha/experiment/${experimentId}` as const;
const process = `alpha/process/${derivedId('process')}` as const;
const actor = { userId: 'alice', name: 'Alice' };
const description: ExperimentDescription = { name: 'Soil', description: null, tags: ['rye'], plannedStart: '2026-05-01T00:00:00.000Z', plannedEnd: null };
const links = [{ methodId: m2, linkId: 'l2' }, { methodId: m1, linkId: 'l1' }];

interface Told {
  topic: string;
  message: Message;
}

async function system() {
  const clock = fakeClock('2026-01-01T00:00:00.000Z');
  const [events, views, log] = [new MemoryEventStore(), new MemoryReadModels([experimentsView]), new MemoryLog()];
  const worker = await startExperimentsWorker({}, { events, views, log, transactor: new MemoryTransactor(), parking: new MemoryParkingLot(), clock, logger: silentLogger });
  const told: Told[] = [];
  const listener = await log.subscribe({ group: 'test', topics: [topics.experimentsEvents, topics.sagaInbox] }, async (batch) => {
    for (const record of batch.records) {
      const decoded = decodeMessage(record);
      if (decoded.kind === 'message') told.push({ topic: record.topic, message: decoded.message });
    }
    const last = batch.records.at(-1);
    if (last) await batch.acknowledge(last);
  });
  let count = 0;

  const messageOf = (command: { type: string; data: unknown }, changes: Partial<Message> = {}): Message => {
    count += 1;
    const id = derivedId('message', count);
    return {
      id, origin: 'client', schemaVersion: 1, source: 'test', stream, lab: 'alpha', time: clock().toISOString(), actor, correlationId: id, causationId: id, ...command, ...changes,
    };
  };
  const asStep = { origin: 'process', step: { process, step: 'step/1' } } as const;
  async function send(...messages: Message[]): Promise<void> {
    clock.advance(5);
    await log.append(messages.map((message) => encodeMessage(message, topics.experimentsCommands)));
    await eventually(async () => {
      for (const group of ['experiments-worker', 'test']) {
        expect((await log.lag(group)).every(({ lag }) => lag === 0)).toBe(true);
      }
    });
  }

  return {
    events,
    views,
    messageOf,
    send,
    handle: (command: ExperimentCommand, changes?: Partial<Message>) => send(messageOf(command, changes)),
    step: (command: ExperimentCommand) => send(messageOf(command, asStep)),
    shown: async () => (await views.get<ExperimentDocument>(experimentsView.name, 'alpha', [experimentId])).get(experimentId),
    published: (): { type: string; id: string; body: Publication }[] =>
      told.filter(({ topic }) => topic === topics.experimentsEvents).map(({ message }) => ({ type: message.type, id: message.id, body: publication.parse(message.data) })),
    replies: () => told.filter(({ topic }) => topic === topics.sagaInbox).map(({ message }) => {
      expect(message.stream).toBe(process);
      return parseProcessMessage(message.type, message.schemaVersion, message.data);
    }),
    async [Symbol.asyncDispose]() {
      await worker.stop();
      await listener.stop();
    },
  };
}

const changeOf = (body: Publication | undefined) => (body && body.kind !== 'parked' ? body.change : undefined);
const decidesOf = (body: Publication | undefined) => (body && body.kind !== 'parked' ? body.decides : undefined);

describe('the experiments worker', () => {
  it('shows what was decided, and tells it', async () => {
    await using running = await system();
    const create = running.messageOf({ type: 'CreateExperiment', data: description });
    await running.send(create);
    expect(await running.shown()).toMatchObject({ id: experimentId, version: 1, ...description, status: 'DRAFT', creator: actor, links: [] });
    const [created] = running.published();
    expect(created).toMatchObject({
      type: 'ExperimentCreated',
      body: {
        kind: 'event', sequence: 1, version: 1, subject: { name: 'Soil', creatorId: 'alice', deleted: false },
        change: {
          version: 1, type: 'ExperimentCreated', reason: null,
          fields: [{ field: 'name', before: null, after: 'Soil' }, { field: 'tags', before: null, after: ['rye'] }, { field: 'plannedStart', before: null, after: description.plannedStart }],
        },
        decides: { commandId: create.id, type: 'CreateExperiment', acceptedAt: create.time, durationMs: 5, subject: stream, version: 1 },
      },
    });
    expect(running.replies()).toEqual([]);

    await running.handle({ type: 'UpdateExperiment', data: { changes: { name: 'Soil 2', tags: [] }, expectedVersion: 1 } });
    expect(await running.shown()).toMatchObject({ version: 2, name: 'Soil 2', tags: [] });
    expect(changeOf(running.published()[1]?.body)).toEqual({
      version: 2, type: 'ExperimentUpdated', reason: null, fields: [{ field: 'name', before: 'Soil', after: 'Soil 2' }, { field: 'tags', before: ['rye'], after: [] }],
    });
  });

  it('tells refusals and what changed nothing, and shows the same as before', async () => {
    await using running = await system();
    await running.handle({ type: 'UpdateExperiment', data: { changes: {}, expectedVersion: null } });
    await running.handle({ type: 'CreateExperiment', data: description });
    await running.handle({ type: 'UpdateExperiment', data: { changes: { name: 'Soil' }, expectedVersion: null } });
    await running.handle({ type: 'UpdateExperiment', data: { changes: { name: 'X' }, expectedVersion: 9 } });
    expect(running.published().map(({ type, body }) => [type, body.kind, decidesOf(body)?.version])).toEqual([
      ['UpdateExperimentRefused', 'refusal', null],
      ['ExperimentCreated', 'event', 1],
      ['NothingChanged', 'nothing-changed', 1],
      ['UpdateExperimentRefused', 'refusal', 1],
    ]);
    expect(running.published()[0]?.body).toMatchObject({ version: 0, subject: { name: null, creatorId: null, deleted: false }, refusal: { code: 'EXPERIMENT_NOT_FOUND' } });
    expect(await running.shown()).toMatchObject({ version: 1, name: 'Soil' });
  });

  it('shows nothing of an experiment that a process is still creating, and answers the process', async () => {
    await using running = await system();
    await running.step({ type: 'ProvisionExperiment', data: { description, links } });
    expect(await running.shown()).toBeUndefined();
    expect(running.published()[0]?.body).toMatchObject({ version: 0, subject: { name: null }, change: null, decides: null });
    expect(running.replies()).toMatchObject([{ kind: 'parsed', message: { type: 'StepSucceeded', data: { step: 'step/1', events: [{ type: 'ExperimentProvisioned' }] } } }]);

    await running.step({ type: 'ConfirmExperiment', data: {} });
    expect((await running.shown())?.links.map(({ methodId }) => methodId)).toEqual([m1, m2].sort());
    expect(changeOf(running.published()[1]?.body)?.fields).toContainEqual({ field: 'methods', before: [], after: [m2, m1] });
    expect(decidesOf(running.published()[1]?.body)).toBeNull();
  });

  it('leaves no trace of what a process gave up', async () => {
    await using running = await system();
    await running.step({ type: 'ProvisionExperiment', data: { description, links } });
    await running.step({ type: 'DiscardExperiment', data: {} });
    expect(await running.shown()).toBeUndefined();
    expect(running.published().map(({ body }) => changeOf(body))).toEqual([null, null]);
  });

  it('shows links as changes of the experiment, and nothing of it once it is deleted', async () => {
    await using running = await system();
    await running.handle({ type: 'CreateExperiment', data: description });
    await running.step({ type: 'LinkMethods', data: { links } });
    expect(await running.shown()).toMatchObject({ version: 2, links: [{ linkedBy: actor }, { linkedBy: actor }] });
    await running.step({ type: 'UnlinkMethods', data: { methodIds: [m1] } });
    expect((await running.shown())?.links.map(({ methodId }) => methodId)).toEqual([m2]);
    await running.step({ type: 'DeleteExperiment', data: { expectedVersion: null } });
    expect(await running.shown()).toBeUndefined();
    expect(running.published().slice(1).map(({ body }) => changeOf(body)?.fields)).toEqual([
      [{ field: 'methods', before: [], after: [m2, m1] }],
      [{ field: 'methods', before: [m1], after: [] }],
      [{ field: 'methods', before: [m2], after: [] }],
    ]);
    expect(running.published().at(-1)?.body).toMatchObject({ version: 4, subject: { name: 'Soil', creatorId: 'alice', deleted: true } });
    expect(running.replies()).toHaveLength(3);
  });

  it('answers the same message again with the same publications, and no second effect', async () => {
    await using running = await system();
    const create = running.messageOf({ type: 'CreateExperiment', data: description });
    await running.send(create);
    await running.send(create);
    const [first, again] = running.published();
    expect(again).toEqual(first);
    expect((await running.events.read([stream])).get(stream)).toHaveLength(1);
  });

  it('says of a command that can not be read that it was set aside', async () => {
    await using running = await system();
    const unknown = running.messageOf({ type: 'TeleportExperiment', data: {} });
    await running.send(unknown);
    expect(running.published()).toMatchObject([{ type: 'CommandParked', body: { kind: 'parked', command: { commandId: unknown.id, type: 'TeleportExperiment' } } }]);
  });

  it('shows the same when its view is built anew', async () => {
    await using running = await system();
    await running.handle({ type: 'CreateExperiment', data: description });
    await running.step({ type: 'LinkMethods', data: { links } });
    await running.handle({ type: 'UpdateExperiment', data: { changes: { name: 'Y' }, expectedVersion: null } });
    await running.send(running.messageOf({ type: 'CreateExperiment', data: description }, { stream: `alpha/experiment/${m1}` }));
    await running.send(running.messageOf({ type: 'DeleteExperiment', data: { expectedVersion: null } }, { stream: `alpha/experiment/${m1}` }));
    const before = await running.views.get(experimentsView.name, 'alpha', [experimentId, m1]);
    await rebuildViews(experimentsWorker({}), running, [experimentsView.name]);
    expect(await running.views.get(experimentsView.name, 'alpha', [experimentId, m1])).toEqual(before);
    expect([...before.keys()]).toEqual([experimentId]);
  });
});
