import type { Commit, WorkerPorts } from '@test-planning/kernel/event-sourcing';
import { MemoryEventStore, MemoryLog, MemoryParkingLot, MemoryReadModels, MemoryTransactor } from '@test-planning/kernel/memory';
import { decodeMessage, encodeMessage, streamId, type Message, type NewLogRecord } from '@test-planning/kernel/messaging';
import { replyTo } from '@test-planning/kernel/processes';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { fakeClock } from '@test-planning/kernel/testing';
import { topics, type ProcessCommand } from '@test-planning/schema/messages';
import { processesView, type ProcessDocument } from '../views/processes-view';
import { timersView } from '../views/timers-view';
import { PROCESS, type StepAnswer } from './run-process';

const LAB = 'alpha';
const alice = { userId: 'alice', name: 'Alice' };
export const processStream = streamId(LAB, 'process', PROCESS);

/** What a saga worker stands on, in memory, with a clock that stands still. */
export const sagaStores = () => {
  const clock = fakeClock('2026-03-01T08:00:00.000Z');
  const ports: WorkerPorts & { log: MemoryLog } = {
    events: new MemoryEventStore(),
    views: new MemoryReadModels([processesView, timersView]),
    log: new MemoryLog(),
    transactor: new MemoryTransactor(),
    parking: new MemoryParkingLot(),
    clock,
    logger: silentLogger,
  };
  return {
    clock,
    ports,
    commits: async (): Promise<Commit[]> => (await ports.events.read([processStream])).get(processStream) ?? [],
    process: async (): Promise<ProcessDocument | undefined> =>
      (await ports.views.get<ProcessDocument>(processesView.name, LAB, [PROCESS])).get(PROCESS),
  };
};

/** All messages that a topic has had so far, and will have. */
export const messagesOn = async (log: WorkerPorts['log'], topic: string): Promise<Message[]> => {
  const messages: Message[] = [];
  await log.subscribe({ group: `reader of ${topic}`, topics: [topic] }, async (batch) => {
    for (const record of batch.records) {
      const decoded = decodeMessage(record);
      if (decoded.kind === 'message') messages.push(decoded.message);
      await batch.acknowledge(record);
    }
  });
  return messages;
};

/** A user's command that starts the process, as the API sends it. */
export const started = ({ type, data }: ProcessCommand): NewLogRecord =>
  encodeMessage(
    {
      id: 'd0000000-0000-4000-8000-000000000000',
      origin: 'client',
      type,
      schemaVersion: 1,
      source: 'experiments-api',
      stream: processStream,
      lab: LAB,
      time: '2026-03-01T07:59:59.900Z',
      actor: alice,
      correlationId: 'd0000000-0000-4000-8000-000000000000',
      causationId: 'd0000000-0000-4000-8000-000000000000',
      data,
    },
    topics.sagaInbox,
  );

/** The answer to a step, as a service sends it for the commit that handled it; in whichever name. */
export const answered = (reply: StepAnswer, actor = alice): NewLogRecord => {
  const step = { process: processStream, step: reply.data.step };
  const commit: Commit = {
    id: `${LAB}/process/${reply.data.step}`,
    stream: `${LAB}/thing/${reply.data.step.replace('/', '-')}`,
    sequence: 1,
    version: reply.type === 'StepSucceeded' ? reply.data.version : 0,
    inputHash: 'hash',
    at: '2026-03-01T08:00:00.000Z',
    actor,
    message: { id: reply.data.step, origin: 'process', type: 'Step', time: '2026-03-01T08:00:00.000Z', correlationId: 'c', step },
    result: resultOf(reply),
  };
  const [message] = replyTo(commit, { source: 'things-worker', subjectName: 'Soil 3' });
  if (!message) throw new Error('A step has an answer');
  return encodeMessage(message, topics.sagaInbox);
};

const resultOf = (reply: StepAnswer): Commit['result'] => {
  if (reply.type === 'StepRefused') return { kind: 'refused', refusal: reply.data.refusal };
  return reply.data.events.length === 0 ? { kind: 'nothing-changed' } : { kind: 'accepted', events: reply.data.events };
};
