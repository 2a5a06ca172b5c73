import { isToldFailure } from '../../messaging/failing-partition';
import type { LogBatch, LogRecord } from '../../messaging/log';
import type { Stored } from '../commit';
import type { DecidedLane } from './decide-lane';
import { LaneDecisions } from './decide-lanes';
import type { WorkerDefinition, WorkerPorts } from './definition';
import { foldWrites } from './fold-writes';
import { lanesOf, type Lane } from './receive';
import { possibleCommitIds, setAsideBehind, setAsideFailed, type SetAside } from './set-aside';
import { StateCache } from './state-cache';
import { Turns, type Turn } from './turns';

/** So often another worker may be faster on one stream before the batch is given up and comes again. */
const MOST_ROUNDS = 20;

/** A batch could not be finished, because what follows from some of its messages can't be said. */
class LanesPausedError extends Error {
  override name = 'LanesPausedError';

  /** @param key of the first of them */
  constructor(message: string, readonly key: string) {
    super(message);
  }
}

/** A batch's lanes as they were decided, and those that may not be: of keys that are parked. */
interface Draft<State, Command, Event extends Stored> {
  stopped: readonly Lane<Command>[];
  decided: readonly DecidedLane<State, Command, Event>[];
}

/**
 * Handles batches of commands: decides lane by lane, then writes in an order in which a crash anywhere is mended by handling the batch again:
 * commits, views, publications, parking, acknowledgement. Batches of one partition that are in hand together take these steps one behind the other.
 */
export class BatchHandler<State, Command, Event extends Stored> {
  readonly #definition: WorkerDefinition<State, Command, Event>;
  readonly #ports: WorkerPorts;
  readonly #cache: StateCache<State>;
  readonly #decisions: LaneDecisions<State, Command, Event>;
  readonly #turns = new Map<string, Turns<State>>();
  /** How often in a row each key that is paused was. */
  readonly #pauses = new Map<string, number>();

  constructor(definition: WorkerDefinition<State, Command, Event>, ports: WorkerPorts) {
    this.#definition = definition;
    this.#ports = ports;
    this.#cache = new StateCache(definition.cacheSize);
    this.#decisions = new LaneDecisions(definition, ports, this.#cache);
  }

  /** Rejects when the batch has to come again: for trouble with the infrastructure, or with a {@link LanesPausedError}. */
  async handle(batch: LogBatch): Promise<void> {
    const turn = this.#turnsOf(batch).begin();
    try {
      await this.#handle(batch, turn);
    } catch (error) {
      turn.failed(error);
      throw error;
    }
    turn.ended();
  }

  async #handle(batch: LogBatch, turn: Turn<State>): Promise<void> {
    const begun = performance.now();
    const lanes = lanesOf(batch.records, (type, schemaVersion, data) => this.#definition.parse(type, schemaVersion, data));
    const draft = await this.#draft(lanes, turn);
    turn.decided(isComplete(draft) ? draft.decided.map(({ lane, aggregate }) => [lane.key, aggregate]) : undefined);
    const { decided, parked, commits, conflicts } = await this.#ports.transactor.transact(() => this.#write(batch, lanes, draft, turn));
    this.#remember(decided);
    this.#ports.observe?.({
      service: this.#definition.service, records: batch.records.length, commits, conflicts, parked, durationMs: performance.now() - begun,
    });
    this.#refuseToPass(decided);
  }

  /** Decides on what batches in hand are about to store, where there are any and nothing stands in the way; else on what is stored. */
  async #draft(lanes: readonly Lane<Command>[], turn: Turn<State>): Promise<Draft<State, Command, Event>> {
    if (!(await turn.mayDecide())) return this.#decide(lanes, (open) => this.#decisions.decide(open));
    const draft = await this.#decide(lanes, (open) => this.#decisions.decideAhead(open, (key) => turn.ahead(key)));
    if (isComplete(draft)) return draft;
    await turn.allBefore();
    return this.#decide(lanes, (open) => this.#decisions.decide(open));
  }

  async #decide(
    lanes: readonly Lane<Command>[],
    decide: (open: readonly Lane<Command>[]) => Promise<DecidedLane<State, Command, Event>[]>,
  ): Promise<Draft<State, Command, Event>> {
    const parkedKeys = await this.#ports.parking.parkedAmong(lanes.map(({ key }) => key));
    const [stopped, open] = partition(lanes, ({ key }) => parkedKeys.has(key));
    return { stopped, decided: await decide(open) };
  }

  async #write(batch: LogBatch, lanes: readonly Lane<Command>[], draft: Draft<State, Command, Event>, turn: Turn<State>) {
    const { views, log, parking } = this.#ports;
    const { stopped, decided: first } = (await turn.mayAppend()) ? draft : await this.#decide(lanes, (open) => this.#decisions.decide(open));
    const { decided, commits, conflicts } = await this.#append(first);
    turn.appended(conflicts === 0 ? 'as-decided' : 'otherwise');
    const aside = await this.#setAside(stopped, decided);
    const writes = foldWrites(decided.flatMap((lane) => lane.writes));
    if (writes.length > 0) await views.write(writes);
    await turn.mayPublish();
    const records = [...decided.flatMap(({ publications }) => publications), ...aside.records];
    if (records.length > 0) await log.append(records);
    // Before the next batch may publish and park: what is set aside behind a key keeps its order also when this fails and comes again.
    if (aside.parked.length > 0) await parking.park(aside.parked);
    turn.published();
    await turn.allBefore();
    const last = lastFinished(batch.records, decided);
    if (last) await batch.acknowledge(last);
    return { decided, commits, conflicts, parked: aside.parked.length };
  }

  /** Appends, and decides again what met a conflict, until all is stored or known. */
  async #append(first: readonly DecidedLane<State, Command, Event>[]) {
    const done: DecidedLane<State, Command, Event>[] = [];
    let open = first;
    let commits = 0;
    let conflicts = 0;
    for (let round = 0; open.length > 0; round += 1) {
      if (round === MOST_ROUNDS) throw new Error(`Other workers keep being faster on ${open.map(({ lane }) => lane.key).join(', ')}`);
      const toAppend = open.flatMap((lane) => lane.commits);
      const results = toAppend.length === 0 ? [] : await this.#ports.events.append(toAppend);
      const conflicting = new Map(results.flatMap((result) => (result.kind === 'conflict' ? [[result.stream as string, result]] : [])));
      const [again, fine] = partition(open, ({ lane }) => conflicting.has(lane.key));
      done.push(...fine);
      commits += fine.reduce((sum, lane) => sum + lane.commits.length, 0);
      conflicts += again.length;
      open = again.length === 0 ? [] : await this.#decisions.decideAgain(again.map(({ lane }) => lane));
    }
    return { decided: done, commits, conflicts };
  }

  #turnsOf({ topic, partition: number }: LogBatch): Turns<State> {
    const place = `${topic}/${number}`;
    const turns = this.#turns.get(place) ?? new Turns();
    this.#turns.set(place, turns);
    return turns;
  }

  async #setAside(stopped: readonly Lane<Command>[], decided: readonly DecidedLane<State, Command, Event>[]): Promise<SetAside> {
    const { clock, events, logger } = this.#ports;
    const definition = this.#definition;
    const setting = { definition, parkedAt: clock().toISOString() };
    const commits = stopped.length === 0 ? [] : await events.find(stopped.flatMap(possibleCommitIds));
    const all = stopped.map((lane) => setAsideBehind(lane, commits, setting));
    for (const { lane, end } of decided) {
      if (end.kind !== 'failed') continue;
      const attempts = end.canRetry ? definition.retries : 1;
      logger.error({ service: definition.service, key: lane.key, messageId: lane.received[end.index]?.message?.id, reason: end.error, attempts }, 'A message failed and is parked');
      all.push(setAsideFailed(lane, end.index, { kind: 'failed', error: end.error, attempts }, setting));
    }
    return { parked: all.flatMap(({ parked }) => parked), records: all.flatMap(({ records }) => records) };
  }

  /** Only what is durable: a state ahead of its stream would leave a gap behind it. One that is behind is found out by the next append. */
  #remember(decided: readonly DecidedLane<State, Command, Event>[]): void {
    for (const { lane, aggregate, end } of decided) {
      if (end.kind === 'complete') this.#cache.set(lane.key, aggregate);
      else this.#cache.evict(lane.key);
    }
  }

  #refuseToPass(decided: readonly DecidedLane<State, Command, Event>[]): void {
    const paused = decided.flatMap(({ lane: { key }, end }) => (end.kind === 'paused' ? [{ key, error: end.error }] : []));
    const [first] = paused;
    for (const { lane: { key } } of decided) if (!paused.some((lane) => lane.key === key)) this.#pauses.delete(key);
    if (!first) return;
    for (const { key, error } of paused) {
      const times = (this.#pauses.get(key) ?? 0) + 1;
      this.#pauses.set(key, times);
      if (!isToldFailure(times)) continue;
      this.#ports.logger.error({ service: this.#definition.service, key, error, times }, 'What follows from a stored commit can not be said: the key is paused');
    }
    throw new LanesPausedError(`What follows from stored commits can't be said (${paused.map(({ key, error }) => `${key}: ${error}`).join('; ')})`, first.key);
  }
}

/** Whether nothing stands in the way of those behind it. */
const isComplete = ({ decided }: Draft<unknown, unknown, Stored>): boolean => decided.every(({ end }) => end.kind === 'complete');

/** The last record with none before it that is unfinished. */
const lastFinished = (records: readonly LogRecord[], decided: readonly DecidedLane<unknown, unknown, Stored>[]): LogRecord | undefined => {
  const unfinished = new Set(decided.flatMap(({ lane, end }) => (end.kind === 'paused' ? lane.received.slice(end.index).map(({ record }) => record) : [])));
  const first = records.findIndex((record) => unfinished.has(record));
  return first === -1 ? records.at(-1) : records[first - 1];
};

const partition = <T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] => [all.filter(holds), all.filter((one) => !holds(one))];
