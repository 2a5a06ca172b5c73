import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import { errorText } from '../event-sourcing/handling-loop/error-text';
import { newId } from '../messaging/ids';
import type { Logger } from '../telemetry/logger';
import { available } from './unavailable';

interface LeaseDocument {
  _id: string;
  owner: string;
  /** By the server's clock: those of the processes may differ. */
  until: Date;
}

export interface LeaseTiming {
  /** Whose holder didn't renew it for so long is taken over. */
  lastsMs: number;
  /** How often it is renewed, and how often who waits for it looks. */
  everyMs: number;
}

export const DEFAULT_LEASE_TIMING: LeaseTiming = { lastsMs: 30_000, everyMs: 1_000 };

/**
 * The right to do something alone, among all processes of a database. It makes others wait; it can't hold back a process that stood still while its lease
 * ran out and doesn't know it yet, so what such a one writes has to be harmless by itself.
 */
export class Lease {
  readonly #leases: Collection<LeaseDocument>;
  readonly #name: string;
  readonly #timing: LeaseTiming;
  readonly #logger: Logger;

  constructor(db: Db, name: string, timing: LeaseTiming, logger: Logger) {
    this.#leases = db.collection('leases');
    this.#name = name;
    this.#timing = timing;
    this.#logger = logger;
  }

  /** Runs work as the only one, once nobody else does; `signal` aborts when the lease may have run out. */
  async hold(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const owner = newId();
    for (let attempt = 1; !(await this.#take(owner)); attempt += 1) {
      if (attempt === 1) this.#logger.info({ lease: this.#name }, 'Waiting until another process has done this');
      await delay(this.#timing.everyMs);
    }
    const lost = new AbortController();
    const done = new AbortController();
    const renewing = this.#renew(owner, lost, done.signal);
    try {
      await work(lost.signal);
    } finally {
      done.abort();
      await renewing;
      await this.#release(owner);
    }
  }

  async #take(owner: string): Promise<boolean> {
    const isFree = { $lt: [{ $ifNull: ['$until', new Date(0)] }, '$$NOW'] };
    const lease = await available(() => this.#leases.findOneAndUpdate(
      { _id: this.#name },
      [{ $set: { owner: { $cond: [isFree, owner, '$owner'] }, until: { $cond: [isFree, this.#until(), '$until'] } } }],
      { upsert: true, returnDocument: 'after' },
    ));
    return lease?.owner === owner;
  }

  async #renew(owner: string, lost: AbortController, done: AbortSignal): Promise<void> {
    let renewedAt = performance.now();
    while (!done.aborted && !lost.signal.aborted) {
      await delay(this.#timing.everyMs, undefined, { signal: done }).catch(() => undefined);
      if (done.aborted) return;
      const begun = performance.now();
      try {
        const { matchedCount } = await this.#leases.updateOne({ _id: this.#name, owner }, [{ $set: { until: this.#until() } }]);
        if (matchedCount === 0) lost.abort(new Error(`Another process has taken over: ${this.#name}`));
        else renewedAt = begun;
      } catch (error) {
        this.#logger.warn({ reason: errorText(error), lease: this.#name }, 'A lease could not be renewed; trying again');
      }
      if (performance.now() - renewedAt > this.#timing.lastsMs) lost.abort(new Error(`Another process may have taken over: ${this.#name}`));
    }
  }

  async #release(owner: string): Promise<void> {
    try {
      await this.#leases.deleteOne({ _id: this.#name, owner });
    } catch (error) {
      this.#logger.warn({ reason: errorText(error), lease: this.#name, lastsMs: this.#timing.lastsMs }, 'A lease could not be given back; it runs out by itself');
    }
  }

  #until(): object {
    return { $add: ['$$NOW', this.#timing.lastsMs] };
  }
}
