import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WorkerPorts } from '../event-sourcing/handling-loop/definition';
import type { LogBatch } from '../messaging/log';
import { intercepted } from './intercepted';

type FaultyPorts = Pick<WorkerPorts, 'events' | 'views' | 'log' | 'transactor' | 'parking'>;

type Plan = { kind: 'healthy' } | { kind: 'failing'; reason: string } | { kind: 'mortal'; callsLeft: number; when: 'before' | 'after' } | { kind: 'dead' };

/** Ports that fail when they are told to; every call that a worker makes goes through here. */
export class Faults {
  readonly ports: FaultyPorts;
  failures = 0;
  #plan: Plan = { kind: 'healthy' };
  #death = Promise.withResolvers<undefined>();
  #isDawdling = false;

  constructor({ events, views, log, transactor, parking }: FaultyPorts) {
    this.ports = {
      events: intercepted(events, {
        append: (commits) => this.#call(() => events.append(commits)),
        read: (streams) => this.#call(() => events.read(streams)),
        find: (ids) => this.#call(() => events.find(ids)),
        takenAmong: (ids) => this.#call(() => events.takenAmong(ids)),
      }),
      views: intercepted(views, { write: (writes) => this.#call(() => views.write(writes)) }),
      log: intercepted(log, {
        append: (records) => this.#call(() => log.append(records)),
        subscribe: (options, handle) => log.subscribe(options, (batch) => handle(this.#faultyBatch(batch))),
      }),
      transactor: { transact: (work) => this.#call(() => transactor.transact(work)) },
      parking: intercepted(parking, {
        park: (messages) => this.#call(() => parking.park(messages)),
        parkedAmong: (keys) => this.#call(() => parking.parkedAmong(keys)),
      }),
    };
  }

  /** Resolves when the call that {@link dieAt} named has failed. */
  get died(): Promise<undefined> {
    return this.#death.promise;
  }

  /** Every call fails, until {@link heal}. */
  failAll(reason: string): void {
    this.#plan = { kind: 'failing', reason };
  }

  /** From now on calls take a while, each another one. */
  dawdle(): void {
    this.#isDawdling = true;
  }

  heal(): void {
    this.#plan = { kind: 'healthy' };
  }

  /** The n-th call from now, and all behind it, fail: before they do anything, or the n-th one after it did all. */
  dieAt(call: number, when: 'before' | 'after'): void {
    this.#plan = { kind: 'mortal', callsLeft: call, when };
    this.#death = Promise.withResolvers<undefined>();
  }

  #faultyBatch(batch: LogBatch): LogBatch {
    return { ...batch, acknowledge: (upTo) => this.#call(() => batch.acknowledge(upTo)) };
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    for (let turns = this.#isDawdling ? Math.floor(Math.random() * 3) : 0; turns > 0; turns -= 1) await nextTurn();
    const plan = this.#plan;
    switch (plan.kind) {
      case 'healthy':
        return call();
      case 'failing':
        return this.#fail(plan.reason);
      case 'dead':
        return this.#fail('dead');
      case 'mortal': {
        plan.callsLeft -= 1;
        if (plan.callsLeft > 0) return call();
        // A transaction's own calls are made while it is called.
        const meanwhile: Plan = { kind: 'healthy' };
        this.#plan = meanwhile;
        if (plan.when === 'after') await call();
        // It may have been healed, or told something else, while the call was made.
        if (this.#plan === meanwhile) this.#plan = { kind: 'dead' };
        this.#death.resolve(undefined);
        return this.#fail('dying');
      }
    }
  }

  #fail(reason: string): never {
    this.failures += 1;
    throw new Error(reason);
  }
}
