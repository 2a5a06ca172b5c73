import { attachmentsView } from '@test-planning/methods';
import { experimentsView } from '@test-planning/experiments';
import { derivedId, encodeMessage, streamId, type Message, type NewLogRecord } from '@test-planning/kernel/messaging';
import { eventually } from '@test-planning/kernel/testing';
import { processesView } from '@test-planning/saga';
import { topics, type ProcessCommand } from '@test-planning/schema/messages';
import fc from 'fast-check';
import { commands } from './run';
import { e1, e2, m1, m2, m3, newExperiment, newMethod } from './things';
import { inMemory, inSqlite, system } from './workers-system';

const LAB = 'alpha';
const actor = { userId: 'alice', name: 'Alice' };
type System = Awaited<ReturnType<typeof system>>;

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

/** The things that the processes are about: a process may be faster than they are. */
const things = (): NewLogRecord[] => [
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
];

/** Every pair as the views of both sides have it. */
const pairsIn = async ({ experiments, methods }: System) => {
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

const expectOneOutcome = async ({ decided, saga }: System, commandId: string): Promise<void> => {
  const outcomes = decided.filter((outcome) => outcome.commandId === commandId);
  expect(new Set(outcomes.map(({ id, body }) => JSON.stringify([id, body]))).size).toBe(1);
  const processId = derivedId(LAB, commandId);
  const process = (await saga.views.get<{ state: string }>(processesView.name, LAB, [processId])).get(processId);
  expect(['COMPLETED', 'COMPENSATED']).toContain(process?.state);
};

const expectWholeStreams = async ({ experiments, methods, saga }: System): Promise<void> => {
  for (const { events, parking } of [experiments, methods, saga]) {
    expect(await parking.keys()).toEqual([]);
    const next = new Map<string, number>();
    for await (const commits of events.scan(1000)) {
      for (const { stream, sequence } of commits) {
        expect([stream, sequence]).toEqual([stream, next.get(stream) ?? 1]);
        next.set(stream, sequence + 1);
      }
    }
  }
};

const processes = fc.array(fc.constantFrom(...commands), { minLength: 6, maxLength: 25 });
/** Which worker dies next, and at which of its calls. */
const deaths = fc.array(fc.tuple(fc.constantFrom('experiments', 'methods', 'saga'), fc.integer({ min: 1, max: 12 })), {
  maxLength: 8,
});

test.each([
  ['in memory', inMemory, 30],
  ['in SQLite', inSqlite, 10],
])(
  'the workers %s, killed at any call, leave both sides of every link or neither, and answer each command once',
  async (_name, open, runs) => {
    await fc.assert(
      fc.asyncProperty(processes, deaths, async (started, dying) => {
        const running = await system(open());
        const starts = started.map(startOf);
        await running.log.append([...things(), ...starts.map(({ record }) => record)]);
        for (const [worker, call] of dying) await running[worker].dieAndComeBack(call);
        await eventually(() => {
          expect(new Set(running.decided.map(({ commandId }) => commandId)).size).toBe(starts.length + things().length);
        });
        await running.idle();
        for (const { commandId } of starts) await expectOneOutcome(running, commandId);
        const pairs = await pairsIn(running);
        expect(pairs.methods).toEqual(pairs.experiments);
        await expectWholeStreams(running);
        await running.stop();
      }),
      { numRuns: Number(process.env.INTERLEAVINGS ?? runs) },
    );
  },
);
