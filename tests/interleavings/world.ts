import { commitId, type Commit } from '@test-planning/kernel/event-sourcing';
import { parseStreamId, streamId, type Message, type StreamId } from '@test-planning/kernel/messaging';
import type { ProcessState } from '@test-planning/kernel/processes';
import type { ProcessCommand } from '@test-planning/schema/messages';
import type { ExperimentState } from '../../subgraphs/experiments/experiment/experiment-state';
import type { MethodState } from '../../subgraphs/methods/method/method-state';
import { handle, type Handled } from './handle';
import { rules as realRules, type AnyState, type Rules } from './rules';
import { Violation } from './violation';

/** One stream with the messages for it, in order, and how far they have been handled. */
interface Lane {
  log: Message[];
  next: number;
  state: AnyState;
  /** By the commit's id: a message that comes again has the same outcome. */
  handled: Map<string, Handled>;
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

  constructor(private readonly rules: Rules = realRules) {}

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
    return [...this.lanes.keys()]
      .map(parseStreamId)
      .filter((parts) => parts.kind === kind)
      .map(({ id }) => id);
  }

  commitsOf(kind: string, id: string): Commit[] {
    return [...this.lane(streamId(LAB, kind, id)).handled.values()].map(({ commit }) => commit);
  }

  createExperiment(id: string): void {
    this.send(streamId(LAB, 'experiment', id), `create-${id}`, 'CreateExperiment', {
      ...description,
      plannedStart: null,
      plannedEnd: null,
    });
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
    if (this.rules.deadlines === 'ahead') log.splice(next, 0, ...log.splice(-1));
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
    let handled = lane.handled.get(id);
    if (!handled) {
      handled = handle(this.rules, message, lane.state, lane.handled.size + 1);
      lane.handled.set(id, handled);
      lane.state = handled.after;
    }
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
    this.lane(stream).log.push({
      id,
      origin,
      type,
      schemaVersion: 1,
      source: 'test',
      stream,
      lab: LAB,
      time: AT,
      actor,
      correlationId: id,
      causationId: id,
      data,
    });
  }

  private lane(stream: StreamId): Lane {
    let lane = this.lanes.get(stream);
    if (!lane) {
      lane = { log: [], next: 0, state: { kind: 'none' }, handled: new Map() };
      this.lanes.set(stream, lane);
    }
    return lane;
  }

  /** @throws {Violation} unless each method has what an experiment has. */
  private checkLinks(): void {
    for (const id of this.idsOf('experiment')) {
      const experiment = this.experiment(id);
      if (experiment.kind !== 'existing') continue;
      for (const [methodId, { linkId }] of experiment.links) {
        const method = this.method(methodId);
        if (method.kind !== 'existing') throw new Violation(`${id} has ${methodId}, which is ${method.kind}`);
        if (method.attachments.get(linkId)?.experimentId !== id)
          throw new Violation(`${id} has ${methodId} by ${linkId}, which ${methodId} doesn't know`);
      }
    }
  }
}

export const pathOf = (stream: StreamId): string => stream.slice(stream.indexOf('/') + 1);
