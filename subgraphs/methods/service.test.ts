import { rebuildViews } from '@test-planning/kernel/event-sourcing';
import { MemoryEventStore, MemoryLog, MemoryParkingLot, MemoryReadModels, MemoryTransactor } from '@test-planning/kernel/memory';
import { decodeMessage, derivedId, encodeMessage, type Message } from '@test-planning/kernel/messaging';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { eventually, fakeClock } from '@test-planning/kernel/testing';
import { parseProcessMessage, publication, topics, type MethodCommand, type MethodDescription, type Publication } from '@test-planning/schema/messages';
import { startMethodsWorker } from './service';
import { attachmentsView, type AttachmentDocument } from './views/attachments-view';
import { methodsView, type MethodDocument } from './views/methods-view';
import { methodsWorker } from './worker-definition';

const methodId = derivedId('method');
const [e1, e2] = [derivedId('e1'), derivedId('e2')];
const stream = `alpha/method/${methodId}` as const;
const linking = `alpha/process/${derivedId('linking')}` as const;
const deleting = `alpha/process/${derivedId('deleting')}` as const;
const actor = { userId: 'alice', name: 'Alice' };
const description: MethodDescription = { name: 'Kjeldahl', description: null, applicationRate: 0, unit: 'kg/ha', tags: [] };

async function system() {
  const clock = fakeClock('2026-01-01T00:00:00.000Z');
  const [events, views, log] = [new MemoryEventStore(), new MemoryReadModels([methodsView, attachmentsView]), new MemoryLog()];
  const worker = await startMethodsWorker({}, { events, views, log, transactor: new MemoryTransactor(), parking: new MemoryParkingLot(), clock, logger: silentLogger });
  const told: { topic: string; message: Message }[] = [];
  const listener = await log.subscribe({ group: 'test', topics: [topics.methodsEvents, topics.sagaInbox] }, async (batch) => {
    for (const record of batch.records) {
      const decoded = decodeMessage(record);
      if (decoded.kind === 'message') told.push({ topic: record.topic, message: decoded.message });
    }
    const last = batch.records.at(-1);
    if (last) await batch.acknowledge(last);
  });
  let count = 0;

  async function handle(command: MethodCommand, step?: Message['step']): Promise<void> {
    count += 1;
    const id = derivedId('message', count);
    const message: Message = {
      id, origin: step ? 'process' : 'client', schemaVersion: 1, source: 'test', stream, lab: 'alpha', time: clock().toISOString(), actor, correlationId: id, causationId: id,
      ...(step && { step }), ...command,
    };
    clock.advance(5);
    await log.append([encodeMessage(message, topics.methodsCommands)]);
    await eventually(async () => {
      for (const group of ['methods-worker', 'test']) expect((await log.lag(group)).every(({ lag }) => lag === 0)).toBe(true);
    });
  }

  return {
    events,
    views,
    handle,
    attach: async (experimentId: string, linkId: string) => {
      await handle({ type: 'AttachExperiment', data: { link: { experimentId, linkId } } }, { process: linking, step: `attach/${linkId}` });
    },
    confirm: (linkId: string) => handle({ type: 'ConfirmAttachment', data: { linkId } }, { process: linking, step: `confirm/${linkId}` }),
    detach: (...linkIds: string[]) => handle({ type: 'DetachExperiment', data: { linkIds } }, { process: linking, step: `detach/${linkIds.join()}` }),
    shown: async () => (await views.get<MethodDocument>(methodsView.name, 'alpha', [methodId])).get(methodId),
    usedBy: async () => {
      const orderBy = { field: 'linkedAt', direction: 'ascending' } as const;
      const { items } = await views.page<AttachmentDocument>({ view: attachmentsView.name, lab: 'alpha', where: [{ field: 'methodId', anyOf: [methodId] }], orderBy, limit: 100 });
      return items.map(({ document }) => document.experimentId);
    },
    published: (): { type: string; body: Publication }[] =>
      told.filter(({ topic }) => topic === topics.methodsEvents).map(({ message }) => ({ type: message.type, body: publication.parse(message.data) })),
    replies: () => told.filter(({ topic }) => topic === topics.sagaInbox).map(({ message }) => {
      const parsed = parseProcessMessage(message.type, message.schemaVersion, message.data);
      return { process: message.stream, ...(parsed.kind === 'parsed' ? parsed.message : {}) };
    }),
    async [Symbol.asyncDispose]() {
      await worker.stop();
      await listener.stop();
    },
  };
}

const create: MethodCommand = { type: 'CreateMethod', data: description };
const changeOf = (body: Publication | undefined) => (body && body.kind !== 'parked' ? body.change : undefined);

describe('the methods worker', () => {
  it('shows what was decided, and tells it', async () => {
    await using running = await system();
    await running.handle(create);
    expect(await running.shown()).toMatchObject({ id: methodId, version: 1, ...description, status: 'DRAFT', revision: 1, publishedRevision: null, experimentCount: 0 });
    await running.handle({ type: 'UpdateMethod', data: { changes: { applicationRate: 2.5 }, expectedVersion: null } });
    expect(await running.shown()).toMatchObject({ version: 2, applicationRate: 2.5 });
    expect(running.published().map(({ body }) => changeOf(body)?.fields)).toEqual([
      [{ field: 'name', before: null, after: 'Kjeldahl' }, { field: 'applicationRate', before: null, after: 0 }, { field: 'unit', before: null, after: 'kg/ha' }],
      [{ field: 'applicationRate', before: 0, after: 2.5 }],
    ]);
  });

  it('shows where it is used once that is confirmed, and not a moment before', async () => {
    await using running = await system();
    await running.handle(create);
    await running.attach(e1, 'l1');
    expect([await running.usedBy(), (await running.shown())?.experimentCount]).toEqual([[], 0]);
    await running.confirm('l1');
    await running.attach(e2, 'l2');
    await running.confirm('l2');
    expect([await running.usedBy(), (await running.shown())?.experimentCount]).toEqual([[e1, e2], 2]);
    await running.detach('l1');
    expect([await running.usedBy(), (await running.shown())?.experimentCount]).toEqual([[e2], 1]);
    expect((await running.shown())?.version).toBe(1);
    expect(running.published().slice(1).map(({ body }) => changeOf(body))).toEqual([null, null, null, null, null]);
  });

  it('shows an experiment once while two links hold it, and as long as one does', async () => {
    await using running = await system();
    await running.handle(create);
    for (const linkId of ['l1', 'l2']) {
      await running.attach(e1, linkId);
      await running.confirm(linkId);
    }
    expect([await running.usedBy(), (await running.shown())?.experimentCount]).toEqual([[e1], 1]);
    await running.detach('l1');
    expect([await running.usedBy(), (await running.shown())?.experimentCount]).toEqual([[e1], 1]);
    await running.detach('l2');
    expect([await running.usedBy(), (await running.shown())?.experimentCount]).toEqual([[], 0]);
  });

  it('shows nothing of a method that a process is still creating', async () => {
    await using running = await system();
    const step = { process: linking, step: 'provision' };
    await running.handle({ type: 'ProvisionMethod', data: { description, link: { experimentId: e1, linkId: 'l1' } } }, step);
    expect(await running.shown()).toBeUndefined();
    expect(running.published()[0]?.body).toMatchObject({ version: 0, subject: { name: null }, change: null });
    await running.handle({ type: 'ConfirmMethod', data: {} }, step);
    expect([await running.usedBy(), (await running.shown())?.experimentCount]).toEqual([[], 0]);
    await running.confirm('l1');
    expect([await running.usedBy(), (await running.shown())?.experimentCount]).toEqual([[e1], 1]);
  });

  it('shows a method until it is deleted, and tells whoever waits to delete it when nothing is pending', async () => {
    await using running = await system();
    await running.handle(create);
    await running.attach(e1, 'l1');
    const request = { process: deleting, step: 'request' };
    await running.handle({ type: 'RequestMethodDeletion', data: {} }, request);
    expect(await running.shown()).toBeDefined();
    await running.confirm('l1');
    const ready = running.replies().filter(({ process }) => process === deleting);
    expect(ready).toMatchObject([
      { type: 'StepSucceeded', data: { step: 'request', events: [{ type: 'MethodDeletionRequested' }] } },
      { type: 'StepSucceeded', data: { step: 'request', events: [{ type: 'MethodDeletionReady', data: { links: [{ experimentId: e1, linkId: 'l1' }] } }] } },
    ]);
    await running.handle({ type: 'DeleteMethod', data: {} }, { process: deleting, step: 'delete' });
    expect([await running.shown(), await running.usedBy()]).toEqual([undefined, []]);
    expect(running.published().at(-1)).toMatchObject({ type: 'MethodDeleted', body: { version: 2, subject: { name: 'Kjeldahl', deleted: true }, change: { fields: [] } } });
  });

  it('shows the same when its views are built anew', async () => {
    await using running = await system();
    await running.handle(create);
    for (const [experimentId, linkId] of [[e1, 'l1'], [e2, 'l2']] as const) {
      await running.attach(experimentId, linkId);
      await running.confirm(linkId);
    }
    await running.detach('l1');
    await running.handle({ type: 'UpdateMethod', data: { changes: { name: 'Z' }, expectedVersion: null } });
    const look = async () => [await running.shown(), await running.usedBy()];
    const before = await look();
    await rebuildViews(methodsWorker({}), running, [methodsView.name, attachmentsView.name]);
    expect(await look()).toEqual(before);
  });
});
