import { attachmentsView, methodsView, startMethodsWorker } from '@test-planning/methods';
import { experimentsView, startExperimentsWorker } from '@test-planning/experiments';
import type { Worker, WorkerPorts } from '@test-planning/kernel/event-sourcing';
import { MemoryEventStore, MemoryLog, MemoryParkingLot, MemoryReadModels, MemoryTransactor } from '@test-planning/kernel/memory';
import { decodeMessage, derivedId, encodeMessage, parseStreamId, streamId, type Message } from '@test-planning/kernel/messaging';
import type { ViewDefinition } from '@test-planning/kernel/read-models';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { eventually, fakeClock, Faults } from '@test-planning/kernel/testing';
import { processesView, startSagaWorker, timersView } from '@test-planning/saga';
import { publication, topics, type ProcessCommand, type Publication } from '@test-planning/schema/messages';
import fc from 'fast-check';
import { commands } from './run';
import { e1, e2, m1, m2, m3, newExperiment, newMethod } from './things';

const LAB = 'alpha';
const actor = { userId: 'alice', name: 'Alice' };

/** The three workers on one log, each with stores of its own; a worker can be killed at any call that it makes, and comes back. */
const system = async () => {
  const log = new MemoryLog();
  const decided: { id: string; body: Publication; commandId: string }[] = [];
  await log.subscribe(
    { group: 'outcomes', topics: [topics.experimentsEvents, topics.methodsEvents, topics.sagaEvents] },
    async (batch) => {
      for (const record of batch.records) {
        const message = decodeMessage(record);
        if (message.kind !== 'message') throw new Error(message.reason);
        const body = publication.parse(message.message.data);
        if (body.kind !== 'parked' && body.decides)
          decided.push({ id: message.message.id, body, commandId: body.decides.commandId });
        await batch.acknowledge(record);
      }
    },
  );
  const stores = (views: readonly ViewDefinition<never>[]) => ({
    events: new MemoryEventStore(),
    views: new MemoryReadModels(views),
    log,
    transactor: new MemoryTransactor(),
    parking: new MemoryParkingLot(),
  });
  const clock = fakeClock();
  const mortal = (start: (ports: WorkerPorts) => Promise<Worker>, ports: ReturnType<typeof stores>) => {
    let faults = new Faults(ports);
    let worker = start({ ...ports, ...faults.ports, clock, logger: silentLogger });
    return {
      ...ports,
      dieAndComeBack: async (call: number): Promise<void> => {
        faults.dieAt(call, call % 2 === 0 ? 'before' : 'after');
        await Promise.race([faults.died, idle()]);
        await (await worker).stop();
        faults = new Faults(ports);
        worker = start({ ...ports, ...faults.ports, clock, logger: silentLogger });
      },
      stop: async () => (await worker).stop(),
    };
  };
  const idle = () =>
    eventually(async () => {
      for (const group of ['experiments-worker', 'methods-worker', 'saga-worker', 'outcomes']) {
        expect((await log.lag(group)).reduce((sum, { lag }) => sum + lag, 0)).toBe(0);
      }
    });
  const workers = {
    experiments: mortal((ports) => startExperimentsWorker({}, ports), stores([experimentsView])),
    methods: mortal((ports) => startMethodsWorker({}, ports), stores([methodsView, attachmentsView])),
    saga: mortal((ports) => startSagaWorker({}, ports), stores([processesView, timersView])),
  };
  return { log, decided, idle, ...workers, stop: () => Promise.all(Object.values(workers).map((worker) => worker.stop())) };
};

const sent = (kind: string, id: string, commandId: string, { type, data }: { type: string; data: unknown }): Message => ({
  id: commandId,
  origin: 'client',
  type,
  schemaVersion: 1,
  source: 'test',
  stream: streamId(LAB, kind, id),
  lab: LAB,
  time: '2026-01-02T03:04:05.000Z',
  actor,
  correlationId: commandId,
  causationId: commandId,
  data,
});

const startOf = (command: ProcessCommand, index: number) => {
  const commandId = derivedId('command', index);
  return { commandId, record: encodeMessage(sent('process', derivedId(LAB, commandId), commandId, command), topics.sagaInbox) };
};

/** Every pair as the views of both sides have it. */
const pairsIn = async ({ experiments, methods }: Awaited<ReturnType<typeof system>>) => {
  const everything = { lab: LAB, limit: 1000, orderBy: { field: 'createdAt', direction: 'ascending' } } as const;
  const { items } = await experiments.views.page<{ id: string; links: { methodId: string }[] }>({
    ...everything,
    view: experimentsView.name,
  });
  const attachments = await methods.views.page<{ methodId: string; experimentId: string }>({
    ...everything,
    view: attachmentsView.name,
    orderBy: { field: 'linkedAt', direction: 'ascending' },
  });
  return {
    experiments: items.flatMap(({ document: { id, links } }) => links.map(({ methodId }) => `${id} ${methodId}`)).sort(),
    methods: attachments.items.map(({ document: { methodId, experimentId } }) => `${experimentId} ${methodId}`).sort(),
  };
};

test('the workers together, killed at any call, end with both sides of every link or neither and answer each command once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...commands), { minLength: 6, maxLength: 25 }),
      fc.array(fc.tuple(fc.constantFrom('experiments', 'methods', 'saga'), fc.integer({ min: 1, max: 12 })), { maxLength: 8 }),
      async (started, deaths) => {
        const running = await system();
        await running.log.append([
          ...[e1, e2].map((id) =>
            encodeMessage(
              sent('experiment', id, derivedId(id), { type: 'CreateExperiment', data: newExperiment }),
              topics.experimentsCommands,
            ),
          ),
          ...[m1, m2, m3].map((id) =>
            encodeMessage(
              sent('method', id, derivedId(id), { type: 'CreateMethod', data: newMethod(id).description }),
              topics.methodsCommands,
            ),
          ),
        ]);
        const starts = started.map(startOf);
        await running.log.append(starts.map(({ record }) => record));
        for (const [worker, call] of deaths) await running[worker].dieAndComeBack(call);
        await eventually(() => {
          expect(new Set(running.decided.map(({ commandId }) => commandId)).size).toBe(starts.length + 5);
        });
        await running.idle();
        for (const { commandId } of starts) {
          const outcomes = running.decided.filter((outcome) => outcome.commandId === commandId);
          expect(new Set(outcomes.map(({ id, body }) => JSON.stringify([id, body]))).size).toBe(1);
          const processId = derivedId(LAB, commandId);
          const process = (
            await running.saga.views.get<{ state: string; steps: { state: string }[] }>(processesView.name, LAB, [processId])
          ).get(processId);
          expect(['COMPLETED', 'COMPENSATED']).toContain(process?.state);
        }
        const pairs = await pairsIn(running);
        expect(pairs.methods).toEqual(pairs.experiments);
        for (const service of [running.experiments, running.methods, running.saga]) {
          expect(await service.parking.keys()).toEqual([]);
          for await (const commits of service.events.scan(1000)) {
            for (const [stream, ofStream] of Map.groupBy(commits, (commit) => commit.stream)) {
              expect([parseStreamId(stream).lab, ...ofStream.map(({ sequence }) => sequence)]).toEqual([
                LAB,
                ...ofStream.map((_, index) => index + 1),
              ]);
            }
          }
        }
        await running.stop();
      },
    ),
    { numRuns: Number(process.env.INTERLEAVINGS ?? 30) },
  );
});
