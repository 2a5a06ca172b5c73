import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Transactor } from '../event-sourcing/transaction';
import { UnavailableError } from '../health/unavailable-error';
import type { Connection } from './connection';
import { isOfTheDisk } from './sqlite-problem';

/** A commit takes in waiting units until it has so many, or so many milliseconds of their work: then the event loop gets its turn. */
const MOST_UNITS = 256;
const LONGEST_MS = 8;

/** Writes that belong together: all of them are made, or none. */
export interface Unit {
  /** Calls back when the unit is durable. */
  afterCommit(callback: () => void): void;
  /** Puts a write off to right before the commit; it is not made if the unit fails. */
  defer(write: () => void): void;
}

class OpenUnit implements Unit {
  isOpen = true;
  failure: { error: unknown } | undefined;
  readonly committed: (() => void)[] = [];
  #deferred: (() => void)[] = [];

  afterCommit(callback: () => void): void {
    this.committed.push(callback);
  }

  defer(write: () => void): void {
    this.#deferred.push(write);
  }

  makeDeferredWrites(): void {
    const writes = this.#deferred;
    this.#deferred = [];
    for (const write of writes) write();
  }
}

interface Waiting {
  work: (unit: OpenUnit) => unknown;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

type Ran = { kind: 'done'; waiting: Waiting; unit: OpenUnit; result: unknown } | { kind: 'failed'; waiting: Waiting; error: unknown };

/** Told of each transaction: before its commit, as part of it, and after it, before anybody else hears of it. */
interface Transactions {
  advance(connection: Connection): void;
  committed(): void;
}

/**
 * The only one who writes. Units that wait are merged into one transaction, each in a savepoint of its own, so that one's failure undoes that one
 * only and all share one fsync. Whether a call is made inside a unit is known from its asynchronous context: what else happens to run while
 * a unit is open neither writes into it nor sees what it wrote.
 */
export class Writer implements Transactor {
  readonly #connection: Connection;
  readonly #reader: Connection;
  readonly #transactions: Transactions | undefined;
  readonly #current = new AsyncLocalStorage<OpenUnit>();
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #isClosed = false;
  /** Of the last transaction, if the disk was in its way. */
  #problem: string | undefined;

  constructor(connection: Connection, reader: Connection, transactions?: Transactions) {
    this.#connection = connection;
    this.#reader = reader;
    this.#transactions = transactions;
  }

  /** Runs work as one unit; inside another unit it becomes part of that. Resolves when it is durable. */
  transact<T>(work: () => Promise<T>): Promise<T> {
    if (this.#openUnit()) return work();
    return this.#enqueue((unit) => this.#current.run(unit, work)) as Promise<T>;
  }

  /** Makes one write: as part of the unit that it is called in, or as a unit of its own. */
  async write<T>(work: (connection: Connection, unit: Unit) => T): Promise<T> {
    const unit = this.#openUnit();
    if (!unit) return this.#enqueue((own) => work(this.#connection, own)) as Promise<T>;
    // A failed statement can have ended the transaction; whatever came after it would be stored for itself.
    if (unit.failure) throw unit.failure.error;
    try {
      return work(this.#connection, unit);
    } catch (error) {
      // It may have been half made; so even if the caller doesn't mind, the unit must not be stored.
      unit.failure ??= { error };
      throw error;
    }
  }

  /**
   * Where to read from: inside a unit one sees what it wrote, outside only what is durable. Between commits both connections show the same, and
   * the writing one has it at hand: a commit makes every other connection forget the pages that it has read.
   */
  get reading(): Connection {
    return this.#openUnit() || !this.#connection.isInTransaction ? this.#connection : this.#reader;
  }

  /** Like {@link reading}, when it has to contain what was put off to the commit. */
  get readingDeferred(): Connection {
    this.#openUnit()?.makeDeferredWrites();
    return this.reading;
  }

  /**
   * Why the last transaction failed, if the disk was in its way; then another one is tried, so that the answer is undefined as soon as writes succeed.
   */
  async problem(): Promise<string | undefined> {
    if (this.#problem === undefined || this.#isClosed) return this.#problem;
    await this.write((connection) => tryToWrite(connection)).catch(() => undefined);
    return this.#problem;
  }

  #note(error: unknown): void {
    if (isOfTheDisk(error)) this.#problem = (error as Error).message;
  }

  /** A failure of the disk passes, and says nothing of the work: trying again later helps. */
  #explained(error: unknown): unknown {
    return isOfTheDisk(error) ? new UnavailableError('The database', error) : error;
  }

  /** Takes no more units; resolves when those that wait are stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#draining;
  }

  #openUnit(): OpenUnit | undefined {
    const unit = this.#current.getStore();
    return unit?.isOpen ? unit : undefined;
  }

  #enqueue(work: Waiting['work']): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new Error('The database is closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // What comes in the same turn of the event loop shares a commit.
    await nextTurn();
    while (this.#waiting.length > 0) {
      await this.#commitNext();
      await nextTurn();
    }
    this.#draining = undefined;
  }

  async #commitNext(): Promise<void> {
    const taken: Waiting[] = [];
    const ran: Ran[] = [];
    try {
      this.#connection.run('BEGIN IMMEDIATE');
      const begun = performance.now();
      while (taken.length < MOST_UNITS && (taken.length === 0 || performance.now() - begun < LONGEST_MS)) {
        const waiting = this.#waiting.shift();
        if (!waiting) break;
        taken.push(waiting);
        ran.push(await this.#runUnit(waiting));
      }
      for (const each of ran) if (each.kind === 'done') each.unit.makeDeferredWrites();
      this.#transactions?.advance(this.#connection);
      this.#connection.run('COMMIT');
      if (ran.some(({ kind }) => kind === 'done')) this.#problem = undefined;
      this.#transactions?.committed();
    } catch (error) {
      if (this.#connection.isInTransaction) this.#connection.run('ROLLBACK');
      this.#note(error);
      // When the transaction could not even begin, somebody has to be told, or they would all wait for ever.
      if (taken.length === 0) taken.push(...this.#waiting.splice(0));
      for (const waiting of taken) waiting.reject(this.#explained(error));
      return;
    }
    for (const each of ran) {
      if (each.kind === 'failed') this.#note(each.error);
      if (each.kind === 'failed') each.waiting.reject(this.#explained(each.error));
      else each.waiting.resolve(each.result);
    }
    for (const each of ran) if (each.kind === 'done') for (const callback of each.unit.committed) callback();
  }

  /** @throws when the unit's failure was one that ended the whole transaction, as a full disk does. */
  async #runUnit(waiting: Waiting): Promise<Ran> {
    const unit = new OpenUnit();
    this.#connection.run('SAVEPOINT unit');
    try {
      const result = await waiting.work(unit);
      if (unit.failure) throw unit.failure.error;
      this.#connection.run('RELEASE unit');
      return { kind: 'done', waiting, unit, result };
    } catch (error) {
      if (!this.#connection.isInTransaction) throw error;
      this.#connection.exec('ROLLBACK TO unit; RELEASE unit');
      return { kind: 'failed', waiting, error };
    } finally {
      unit.isOpen = false;
    }
  }
}

/** Needs as much room as the smallest of writes, and leaves nothing. */
const tryToWrite = (connection: Connection): void => {
  connection.exec('CREATE TABLE IF NOT EXISTS write_probe (only INTEGER PRIMARY KEY CHECK (only = 1), filling BLOB NOT NULL) STRICT');
  connection.run('INSERT OR REPLACE INTO write_probe (only, filling) VALUES (1, randomblob(16384))');
  connection.run('DELETE FROM write_probe');
};
