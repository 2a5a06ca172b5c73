import { setTimeout as delay } from 'node:timers/promises';
import type { ChangeStream, ChangeStreamInsertDocument, Db, Document } from 'mongodb';
import { errorText } from '../event-sourcing/handling-loop/error-text';
import { waitBackOff, type BackOff } from '../messaging/back-off';
import { WakeUps } from '../read-models/wake-ups';
import type { Logger } from '../telemetry/logger';

export interface WakeUpTiming {
  backOff: BackOff;
  /** How often some of those who wait are woken without cause, so that a wake-up that was missed is late and not lost. */
  everyMs: number;
  /** How many of the things waited for, at most, at a time: each wake-up may cost its reader a query. */
  atOnce: number;
}

export const DEFAULT_WAKE_UP_TIMING: WakeUpTiming = { backOff: { firstMs: 100, longestMs: 5_000 }, everyMs: 5_000, atOnce: 500 };

/** The part of a change that travels: whose document it is. */
type Change = Document & Pick<ChangeStreamInsertDocument<{ _id: string | { owner: string } }>, 'ns' | 'documentKey'>;

/**
 * Wakes who waits for something in a database, whichever process wrote it: by one change stream, opened when somebody waits. It only ever says that
 * there may be something: so it needs no place to go on from, and whenever it was opened it wakes everybody.
 */
export class ChangeWakeUps {
  readonly #db: Db;
  readonly #timing: WakeUpTiming;
  readonly #logger: Logger;
  readonly #wakeUps = new WakeUps();
  /** How many wait for each thing. */
  readonly #watched = new Map<string, number>();
  /** Those that somebody has waited in; no other's changes travel. */
  readonly #collections = new Set<string>();
  readonly #closing = new AbortController();
  #stream: ChangeStream<Document, Change> | undefined;
  #following: Promise<unknown> | undefined;

  constructor(db: Db, timing: WakeUpTiming, logger: Logger) {
    this.#db = db;
    this.#timing = timing;
    this.#logger = logger;
  }

  /** Calls `wake` after a document was written whose id is `key`, or has it as its owner. Returns how to end it. */
  watch(collection: string, key: string, wake: () => void): () => void {
    const watched = watchKey(collection, key);
    const end = this.#wakeUps.add(watched, wake);
    this.#watched.set(watched, (this.#watched.get(watched) ?? 0) + 1);
    this.#follow(collection);
    let isEnded = false;
    return () => {
      if (isEnded) return;
      isEnded = true;
      end();
      const left = (this.#watched.get(watched) ?? 1) - 1;
      if (left === 0) this.#watched.delete(watched);
      else this.#watched.set(watched, left);
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#leave();
    await this.#following;
  }

  #follow(collection: string): void {
    if (this.#closing.signal.aborted || this.#collections.has(collection)) return;
    this.#collections.add(collection);
    this.#following ??= Promise.all([this.#readOn(), this.#tick()]);
    void this.#leave();
  }

  async #readOn(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      const stream = this.#db.watch<Document, Change>(this.#pipeline(), { maxAwaitTimeMS: 1_000 });
      this.#stream = stream;
      // Its first answer: from here on it tells of every change.
      stream.once('resumeTokenChanged', () => {
        failures = 0;
        for (const watched of this.#watched.keys()) this.#wakeUps.wake(watched);
      });
      try {
        for (;;) this.#wake(await stream.next());
      } catch (error) {
        const isLeft = this.#stream !== stream;
        await this.#leave();
        if (isLeft || signal.aborted) continue;
        failures += 1;
        this.#logger.warn({ reason: errorText(error), database: this.#db.databaseName }, 'Changes can not be followed; trying again');
        await waitBackOff(failures, this.#timing.backOff, signal);
      }
    }
  }

  /** Closes the stream; the reading loop goes on with another one. */
  async #leave(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    try {
      await stream?.close();
    } catch (error) {
      this.#logger.debug({ reason: errorText(error) }, 'A change stream was gone before it was closed');
    }
  }

  #wake({ ns, documentKey: { _id } }: Change): void {
    this.#wakeUps.wake(watchKey(ns.coll, typeof _id === 'string' ? _id : _id.owner));
  }

  /** Goes round, so that everyone has a turn and no turn is a stampede. */
  async #tick(): Promise<void> {
    const { signal } = this.#closing;
    let round = this.#watched.keys();
    while (!signal.aborted) {
      await delay(this.#timing.everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      for (let woken = 0; woken < this.#timing.atOnce; woken += 1) {
        const { value, done } = round.next();
        if (done) {
          round = this.#watched.keys();
          break;
        }
        this.#wakeUps.wake(value);
      }
    }
  }

  #pipeline(): Document[] {
    return [
      { $match: { 'ns.coll': { $in: [...this.#collections] }, operationType: { $in: ['insert', 'replace', 'update'] } } },
      { $project: { 'ns.coll': 1, 'documentKey._id': 1 } },
    ];
  }
}

const watchKey = (collection: string, key: string): string => `${collection}/${key}`;
