import type { StreamId } from '../../messaging/streams';
import type { Commit, Stored } from '../commit';
import { decideLane, type DecidedLane } from './decide-lane';
import type { WorkerDefinition, WorkerPorts } from './definition';
import { errorText } from './error-text';
import { historyOf, type History } from './history';
import type { Lane } from './receive';
import type { Aggregate, StateCache } from './state-cache';

const NONE_TAKEN: ReadonlySet<string> = new Set();

/** Decides lanes side by side, on states from memory where they are there, and else from one read of all streams. */
export class LaneDecisions<State, Command, Event extends Stored> {
  readonly #definition: WorkerDefinition<State, Command, Event>;
  readonly #ports: Pick<WorkerPorts, 'events' | 'clock'>;
  readonly #cache: StateCache<State>;

  constructor(definition: WorkerDefinition<State, Command, Event>, ports: Pick<WorkerPorts, 'events' | 'clock'>, cache: StateCache<State>) {
    this.#definition = definition;
    this.#ports = ports;
    this.#cache = cache;
  }

  /** Decides once, on states that are about to be stored where there are any. */
  async decideAhead(lanes: readonly Lane<Command>[], ahead: (key: string) => Aggregate<State> | undefined): Promise<DecidedLane<State, Command, Event>[]> {
    return this.#decideOnce(lanes, NONE_TAKEN, (lane) => ahead(lane.key) ?? this.#cache.get(lane.key) ?? this.#guessed(lane));
  }

  /** A lane in which a message fails is tried again, each time on a state that was freshly read. */
  async decide(lanes: readonly Lane<Command>[]): Promise<DecidedLane<State, Command, Event>[]> {
    const isGuessed = (lane: Lane<Command>): boolean => !this.#cache.get(lane.key) && this.#guessed(lane) !== undefined;
    const guessed = await this.#decideOnce(lanes.filter(isGuessed), NONE_TAKEN, (lane) => this.#guessed(lane));
    const complete = guessed.filter(({ end }) => end.kind === 'complete');
    if (complete.length === lanes.length) return complete;
    const done = new Set(complete.map(({ lane }) => lane));
    // What failed on a guess was not tried yet.
    return [...complete, ...(await this.#decideWithRetries(lanes.filter((lane) => !done.has(lane)), NONE_TAKEN, ({ key }) => this.#cache.get(key)))];
  }

  /** Decides lanes again whose append met something that was not expected there. */
  async decideAgain(lanes: readonly Lane<Command>[]): Promise<DecidedLane<State, Command, Event>[]> {
    for (const { key } of lanes) this.#cache.evict(key);
    // Ids first, streams after them: what is found to be taken here in a lane's own stream is then in what is read of it. A batch that ends meanwhile
    // may put such a stream's state back in memory, which doesn't tell the ids; so memory isn't asked.
    return this.#decideWithRetries(lanes, await this.#takenIds(lanes), () => undefined);
  }

  async #decideWithRetries(
    lanes: readonly Lane<Command>[],
    takenIds: ReadonlySet<string>,
    atHand: (lane: Lane<Command>) => Aggregate<State> | undefined,
  ): Promise<DecidedLane<State, Command, Event>[]> {
    const decided = new Map<string, DecidedLane<State, Command, Event>>();
    let open = lanes;
    for (let attempt = 1; open.length > 0; attempt += 1) {
      for (const lane of await this.#decideOnce(open, takenIds, atHand)) decided.set(lane.lane.key, lane);
      if (attempt >= this.#definition.retries) break;
      open = open.filter(({ key }) => {
        const end = decided.get(key)?.end;
        return end?.kind === 'failed' && end.canRetry;
      });
      for (const { key } of open) this.#cache.evict(key);
    }
    return [...decided.values()];
  }

  /** On the states that are at hand; the other streams are read. */
  async #decideOnce(
    lanes: readonly Lane<Command>[],
    takenIds: ReadonlySet<string>,
    atHand: (lane: Lane<Command>) => Aggregate<State> | undefined,
  ): Promise<DecidedLane<State, Command, Event>[]> {
    const at = this.#ports.clock().toISOString();
    const known = new Map(lanes.map((lane) => [lane.key, atHand(lane)]));
    const missing = lanes.filter(({ key, received }) => !known.get(key) && received.some(({ kind }) => kind === 'readable'));
    // A readable message's key is its stream: the envelope has seen to it.
    const streams = missing.length === 0 ? new Map<StreamId, Commit[]>() : await this.#ports.events.read(missing.map(({ key }) => key as StreamId));
    return lanes.map((lane) => {
      const aggregate = known.get(lane.key);
      let history: History<State, Event>;
      try {
        const commits = (streams.get(lane.key as StreamId) ?? []) as Commit<Event>[];
        history = aggregate ? { aggregate, known: new Map() } : historyOf(this.#definition, commits);
      } catch (error) {
        return unfoldable(this.#definition, lane, errorText(error));
      }
      return decideLane(this.#definition, lane, { history, takenIds, at });
    });
  }

  /** What a stream is before its first commit, for a lane that opens it by all that its command says. The append finds out if it is not so. */
  #guessed({ received: [first] }: Lane<Command>): Aggregate<State> | undefined {
    if (first?.kind !== 'readable' || !this.#definition.opens?.(first.command)) return undefined;
    return { state: this.#definition.decider.initial, sequence: 0, at: '' };
  }

  /** Which of the messages' commit ids are taken, wherever; a lane looks among its own stream's commits first. */
  async #takenIds(lanes: readonly Lane<Command>[]): Promise<ReadonlySet<string>> {
    const ids = lanes.flatMap(({ received }) => received.flatMap((message) => (message.kind === 'readable' ? message.commitId : [])));
    return this.#ports.events.takenAmong([...new Set(ids)]);
  }
}

/** A lane whose stream can't be folded: none of its messages can be decided. */
const unfoldable = <State, Command, Event extends Stored>(
  definition: WorkerDefinition<State, Command, Event>,
  lane: Lane<Command>,
  error: string,
): DecidedLane<State, Command, Event> => ({
  lane,
  commits: [],
  writes: [],
  publications: [],
  aggregate: { state: definition.decider.initial, sequence: 0, at: '' },
  end: { kind: 'failed', index: 0, error, canRetry: true },
});
