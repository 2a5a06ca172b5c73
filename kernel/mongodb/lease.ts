import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import { newId } from '../messaging/ids';
import type { Logger } from '../telemetry/logger';
import { isDuplicateKey } from './duplicates';
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
  readonly #owner = newId();

  constructor(db: Db, name: string, timing: LeaseTiming, logger: Logger) {
    this.#leases = db.collection('leases');
    this.#name = name;
    this.#timing = timing;
    this.#logger = logger;
  }

  /** Runs work as the only one, once nobody else does; `signal` aborts when the lease may have run out. */
  async hold(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    for (let attempt = 1; !(await this.#take()); attempt += 1) {
      if (attempt === 1) this.#logger.info({ lease: this.#name }, 'Waiting until another process has done this');
      await delay(this.#timing.everyMs);
    }
    const lost = new AbortController();
    const done = new AbortController();
    const renewing = this.#renew(lost, done.signal);
    try {
      await work(lost.signal);
    } finally {
      done.abort();
      await renewing;
      await this.#release();
    }
  }

  async #take(): Promise<boolean> {
    try {
      await available(() => this.#leases.updateOne({ _id: this.#name, $expr: { $lt: ['$until', '$$NOW'] } }, this.#taken(), { upsert: true }));
      return true;
    } catch (error) {
      // It is there, and has not run out.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  async #renew(lost: AbortController, done: AbortSignal): Promise<void> {
    let renewedAt = performance.now();
    while (!done.aborted && !lost.signal.aborted) {
      await delay(this.#timing.everyMs, undefined, { signal: done }).catch(() => undefined);
      if (done.aborted) return;
      const begun = performance.now();
      try {
        const { matchedCount } = await this.#leases.updateOne({ _id: this.#name, owner: this.#owner }, this.#taken());
        if (matchedCount === 0) lost.abort(new Error(`Another process has taken over: ${this.#name}`));
        else renewedAt = begun;
      } catch (error) {
        this.#logger.warn({ error, lease: this.#name }, 'A lease could not be renewed; trying again');
      }
      if (performance.now() - renewedAt > this.#timing.lastsMs) lost.abort(new Error(`Another process may have taken over: ${this.#name}`));
    }
  }

  async #release(): Promise<void> {
    try {
      await this.#leases.deleteOne({ _id: this.#name, owner: this.#owner });
    } catch (error) {
      this.#logger.warn({ error, lease: this.#name, lastsMs: this.#timing.lastsMs }, 'A lease could not be given back; it runs out by itself');
    }
  }

  #taken(): object[] {
    return [{ $set: { owner: this.#owner, until: { $add: ['$$NOW', this.#timing.lastsMs] } } }];
  }
}
