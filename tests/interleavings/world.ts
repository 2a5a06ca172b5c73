import { commitId, type Commit, type Decider, type DecisionContext, type Stored } from '@test-planning/kernel/event-sourcing';
import { inputHash, parseStreamId, streamId, type Message, type StreamId } from '@test-planning/kernel/messaging';
import { processDecider, replyTo, type ProcessEvent, type ProcessReply, type ProcessState } from '@test-planning/kernel/processes';
import type { ExperimentCommand, ExperimentEvent, MethodCommand, MethodEvent, ProcessCommand } from '@test-planning/schema/messages';
import { protocols } from '../../saga/protocols';
import { stepMessages } from '../../saga/step-messages';
import { experimentDecider } from '../../subgraphs/experiments/experiment/experiment';
import type { ExperimentState } from '../../subgraphs/experiments/experiment/experiment-state';
import { methodDecider } from '../../subgraphs/methods/method/method';
import type { MethodState } from '../../subgraphs/methods/method/method-state';

/** What decides in a world; a deviation puts another one in its place. */
export interface Rules {
  experiment: Decider<ExperimentState, ExperimentCommand, ExperimentEvent>;
  method: Decider<MethodState, MethodCommand, MethodEvent>;
  process: Decider<ProcessState, ProcessCommand | ProcessReply, ProcessEvent>;
  /** Whether a deadline queues behind the answers that wait in the inbox. */
  deadlines: 'behind' | 'ahead';
}

export const rules: Rules = { experiment: experimentDecider, method: methodDecider, process: processDecider(protocols, { deadlineMs: 30_000 }), deadlines: 'behind' };

/** One stream with the messages for it, in order, and how far they have been handled. */
interface Lane {
  log: Message[];
  next: number;
  state: ExperimentState | MethodState | ProcessState;
  /** Commits by id, with what each sent: a message that comes again has the same outcome and sends the same again. */
  commits: Map<string, { commit: Commit; sent: Message[] }>;
}

const LAB = 'alpha';
const AT = '2026-01-01T00:00:00.000Z';
const actor = { userId: 'alice', name: 'Alice' };
const description = { name: 'Thing', description: null, tags: [] };

/**
 * The whole system without its infrastructure: the real aggregates and protocols, each stream with a queue of its own from which
 * the next message can be handled at any moment. It checks itself after each one.
 */
export class World {
  private readonly lanes = new Map<StreamId, Lane>();

  constructor(private readonly deciders: Rules = rules) {}

  experiment(id: string): ExperimentState {
    return this.lane(streamId(LAB, 'experiment', id)).state as ExperimentState;
  }

  method(id: string): MethodState {
    return this.lane(streamId(LAB, 'method', id)).state as MethodState;
  }

  process(id: string): ProcessState {
    return this.lane(streamId(LAB, 'process', id)).state as ProcessState;
  }

  idsOf(kind: 'experiment' | 'method' | 'process'): string[] {
    return [...this.lanes.keys()].map(parseStreamId).filter((parts) => parts.kind === kind).map(({ id }) => id);
  }

  commitsOf(kind: string, id: string): Commit[] {
    return [...this.lane(streamId(LAB, kind, id)).commits.values()].map(({ commit }) => commit);
  }

  createExperiment(id: string): void {
    this.send(streamId(LAB, 'experiment', id), `create-${id}`, 'CreateExperiment', { ...description, plannedStart: null, plannedEnd: null });
  }

  createMethod(id: string): void {
    this.send(streamId(LAB, 'method', id), `create-${id}`, 'CreateMethod', { ...description, applicationRate: 1, unit: null });
  }

  /** Sends the command that starts a process. */
  start(id: string, { type, data }: ProcessCommand): void {
    this.send(streamId(LAB, 'process', id), id, type, data);
  }

  /** The deadline comes to the process's inbox, behind whatever is there. */
  passDeadline(id: string): void {
    const stream = streamId(LAB, 'process', id);
    this.send(stream, 'deadline', 'DeadlinePassed', {}, 'timer');
    const { log, next } = this.lane(stream);
    if (this.deciders.deadlines === 'ahead') log.splice(next, 0, ...log.splice(-1));
  }

  /** Streams that have a message to handle. */
  waiting(): StreamId[] {
    return [...this.lanes].filter(([, { log, next }]) => next < log.length).map(([stream]) => stream);
  }

  /** Handles the next message of `<kind>/<id>`. */
  deliver(path: string): void {
    const stream = `${LAB}/${path}` as StreamId;
    const lane = this.lane(stream);
    const message = lane.log[lane.next];
    if (!message) throw new Error(`Nothing waits for ${path}`);
    lane.next += 1;
    const id = commitId(message);
    const handled = lane.commits.get(id) ?? this.handle(stream, lane, message, id);
    lane.commits.set(id, handled);
    for (const sent of handled.sent) this.lane(sent.stream).log.push(sent);
    this.checkLinks();
  }

  /** Takes the last messages that were handled on this stream to be handled again, as after a crash before they were acknowledged. */
  redeliver(stream: StreamId, messages: number): void {
    const lane = this.lane(stream);
    lane.next = Math.max(0, lane.next - messages);
  }

  /** Handles everything, the first stream first, until nothing waits. */
  settle(): void {
    for (let [stream] = this.waiting(); stream; [stream] = this.waiting()) this.deliver(pathOf(stream));
  }

  private send(stream: StreamId, id: string, type: string, data: unknown, origin: Message['origin'] = 'client'): void {
    this.lane(stream).log.push({ id, origin, type, schemaVersion: 1, source: 'test', stream, lab: LAB, time: AT, actor, correlationId: id, causationId: id, data });
  }

  private lane(stream: StreamId): Lane {
    let lane = this.lanes.get(stream);
    if (!lane) {
      lane = { log: [], next: 0, state: { kind: 'none' }, commits: new Map() };
      this.lanes.set(stream, lane);
    }
    return lane;
  }

  private handle(stream: StreamId, lane: Lane, message: Message, id: string): { commit: Commit; sent: Message[] } {
    const decider = this.deciders[parseStreamId(stream).kind as 'experiment' | 'method' | 'process'] as unknown as Decider<Lane['state'], Stored, Stored>;
    const { type, data, step, time } = message;
    const hash = inputHash(message);
    const context: DecisionContext = { stream, at: AT, actor, message: { id: message.id, time, inputHash: hash }, ...(step && { step }) };
    const decision = decider.decide({ type, data }, lane.state, context);
    const { commands, ...result } = decision.kind === 'accepted' ? decision : { ...decision, commands: undefined };
    const commit: Commit = {
      id, stream, sequence: lane.commits.size + 1, version: 0, inputHash: hash, at: AT, actor,
      message: { id: message.id, origin: message.origin, type, time, correlationId: message.correlationId, ...(step && { step }) },
      result, ...(commands && { commands }),
    };
    if (result.kind === 'accepted') for (const event of result.events) lane.state = decider.evolve(lane.state, event, context);
    return { commit, sent: this.sentBy(commit, lane.state) };
  }

  private sentBy(commit: Commit, state: Lane['state']): Message[] {
    if (state.kind === 'process') return stepMessages(commit as Commit<ProcessEvent>, state).map(({ message }) => message);
    return replyTo(commit, {
      source: 'test',
      subjectName: null,
      awaitedBy: ({ type, data }) => (type === 'MethodDeletionReady' ? (data as { process: StreamId; step: string }) : undefined),
    });
  }

  /** What an experiment has, its method always has as well. */
  private checkLinks(): void {
    for (const id of this.idsOf('experiment')) {
      const experiment = this.experiment(id);
      if (experiment.kind !== 'existing') continue;
      for (const [methodId, { linkId }] of experiment.links) {
        const method = this.method(methodId);
        if (method.kind !== 'existing') throw new Error(`${id} has ${methodId}, which is ${method.kind}`);
        if (method.attachments.get(linkId)?.experimentId !== id) throw new Error(`${id} has ${methodId} by ${linkId}, which ${methodId} doesn't know`);
      }
    }
  }
}

export const pathOf = (stream: StreamId): string => stream.slice(stream.indexOf('/') + 1);
