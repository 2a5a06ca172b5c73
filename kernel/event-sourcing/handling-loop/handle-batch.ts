import type { LogBatch, LogRecord } from '../../messaging/log';
import type { Stored } from '../commit';
import type { DecidedLane } from './decide-lane';
import { LaneDecisions } from './decide-lanes';
import type { WorkerDefinition, WorkerPorts } from './definition';
import { foldWrites } from './fold-writes';
import { lanesOf, type Lane } from './receive';
import { possibleCommitIds, setAsideBehind, setAsideFailed, type SetAside } from './set-aside';
import { StateCache } from './state-cache';

/** So often another worker may be faster on one stream before the batch is given up and comes again. */
const MOST_ROUNDS = 20;

/** A batch could not be finished, because what follows from some of its messages can't be said. */
class LanesPausedError extends Error {
  override name = 'LanesPausedError';
}

/**
 * Handles batches of commands: decides lane by lane, then writes in an order in which a crash anywhere is mended by handling the batch again:
 * commits, views, publications, parking, acknowledgement.
 */
export class BatchHandler<State, Command, Event extends Stored> {
  readonly #definition: WorkerDefinition<State, Command, Event>;
  readonly #ports: WorkerPorts;
  readonly #cache: StateCache<State>;
  readonly #decisions: LaneDecisions<State, Command, Event>;

  constructor(definition: WorkerDefinition<State, Command, Event>, ports: WorkerPorts) {
    this.#definition = definition;
    this.#ports = ports;
    this.#cache = new StateCache(definition.cacheSize);
    this.#decisions = new LaneDecisions(definition, ports, this.#cache);
  }

  /** Rejects when the batch has to come again: for trouble with the infrastructure, or with a {@link LanesPausedError}. */
  async handle(batch: LogBatch): Promise<void> {
    const begun = performance.now();
    const lanes = lanesOf(batch.records, (type, schemaVersion, data) => this.#definition.parse(type, schemaVersion, data));
    const parkedKeys = await this.#ports.parking.parkedAmong(lanes.map(({ key }) => key));
    const [stopped, open] = partition(lanes, ({ key }) => parkedKeys.has(key));
    const first = await this.#decisions.decide(open);
    const { decided, parked, commits, conflicts } = await this.#ports.transactor.transact(() => this.#write(batch, stopped, first));
    this.#remember(decided);
    this.#ports.observe?.({
      service: this.#definition.service, records: batch.records.length, commits, conflicts, parked, durationMs: performance.now() - begun,
    });
    this.#refuseToPass(decided);
  }

  async #write(batch: LogBatch, stopped: readonly Lane<Command>[], first: readonly DecidedLane<State, Command, Event>[]) {
    const { views, log, parking } = this.#ports;
    const { decided, commits, conflicts } = await this.#append(first);
    const aside = await this.#setAside(stopped, decided);
    const writes = foldWrites(decided.flatMap((lane) => lane.writes));
    if (writes.length > 0) await views.write(writes);
    const records = [...decided.flatMap(({ publications }) => publications), ...aside.records];
    if (records.length > 0) await log.append(records);
    if (aside.parked.length > 0) await parking.park(aside.parked);
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
    const paused = decided.filter(({ end }) => end.kind === 'paused');
    if (paused.length === 0) return;
    for (const { lane, end } of paused) {
      this.#ports.logger.error({ service: this.#definition.service, key: lane.key, end }, 'What follows from a stored commit can not be said: the key is paused');
    }
    throw new LanesPausedError(`Paused: ${paused.map(({ lane }) => lane.key).join(', ')}`);
  }
}

/** The last record with none before it that is unfinished. */
const lastFinished = (records: readonly LogRecord[], decided: readonly DecidedLane<unknown, unknown, Stored>[]): LogRecord | undefined => {
  const unfinished = new Set(decided.flatMap(({ lane, end }) => (end.kind === 'paused' ? lane.received.slice(end.index).map(({ record }) => record) : [])));
  const first = records.findIndex((record) => unfinished.has(record));
  return first === -1 ? records.at(-1) : records[first - 1];
};

const partition = <T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] => [all.filter(holds), all.filter((one) => !holds(one))];
