import type { Aggregate } from './state-cache';

/** What a batch waits for: that the one before it in its partition has come past a step. */
type Gate<T> = PromiseWithResolvers<T>;

/** A batch can't go on because one before it in its partition failed; both come again. */
class BehindFailedBatchError extends Error {
  override name = 'BehindFailedBatchError';
}

/**
 * One batch among those of its partition that are in hand. Its steps follow the same steps of the batch before it, so that several batches are under
 * way at a time, each at another step. It decides on the states that those before it are about to store; if what they store turns out
 * otherwise, it waits for their end and decides anew.
 */
export class Turn<State> {
  readonly #turns: Turns<State>;
  #previous: Turn<State> | undefined;
  readonly #decided: Gate<undefined> = gate();
  readonly #appended: Gate<'as-decided' | 'otherwise'> = gate();
  readonly #published: Gate<undefined> = gate();
  readonly #ended: Gate<undefined> = gate();
  #isSettled = true;

  constructor(turns: Turns<State>, previous: Turn<State> | undefined) {
    this.#turns = turns;
    this.#previous = previous;
  }

  /** Waits until the batches before this one are decided. False: none of them is in hand any more, so all that they did is stored. */
  async mayDecide(): Promise<boolean> {
    if (this.#previous) await this.#previous.#decided.promise;
    if (this.#previous && !this.#previous.#isSettled) await this.allBefore();
    return this.#previous !== undefined;
  }

  /** The state in which batches before this one are about to leave a stream. */
  ahead(key: string): Aggregate<State> | undefined {
    return this.#turns.ahead.get(key)?.aggregate;
  }

  /** Lets the next batch decide on these states; without them it has to wait for this one's end. */
  decided(states: Iterable<readonly [key: string, aggregate: Aggregate<State>]> | undefined): void {
    if (states) for (const [key, aggregate] of states) this.#turns.ahead.set(key, { turn: this, aggregate });
    else this.#isSettled = false;
    this.#decided.resolve(undefined);
  }

  /** Waits until those before this one are stored. False: not as they were decided first, so that this one has to be decided anew. */
  async mayAppend(): Promise<boolean> {
    if (!this.#previous || (await this.#previous.#appended.promise) === 'as-decided') return true;
    this.#unsettle();
    await this.allBefore();
    return false;
  }

  appended(how: 'as-decided' | 'otherwise'): void {
    if (how === 'otherwise') this.#unsettle();
    this.#appended.resolve(this.#isSettled ? how : 'otherwise');
  }

  /** Waits until those before this one are published. */
  async mayPublish(): Promise<void> {
    if (this.#previous) await this.#previous.#published.promise;
  }

  published(): void {
    this.#published.resolve(undefined);
  }

  /** Waits until those before this one have ended: then nothing of their partition is in hand before it. */
  async allBefore(): Promise<void> {
    if (this.#previous) await this.#previous.#ended.promise;
    this.#previous = undefined;
  }

  ended(): void {
    this.#leave();
    this.#ended.resolve(undefined);
  }

  /** Takes those behind it along. */
  failed(cause: unknown): void {
    this.#leave();
    const error = new BehindFailedBatchError('A batch before it failed', { cause });
    for (const { reject } of [this.#decided, this.#appended, this.#published, this.#ended]) reject(error);
  }

  #unsettle(): void {
    this.#isSettled = false;
    this.#turns.forget(this);
  }

  #leave(): void {
    this.#turns.forget(this);
    this.#turns.leave(this);
    // A chain of all batches that ever were would never be freed.
    this.#previous = undefined;
  }
}

/** The batches of one partition that are in hand. */
export class Turns<State> {
  /** The newest state of each stream that a batch in hand is about to store. */
  readonly ahead = new Map<string, { turn: Turn<State>; aggregate: Aggregate<State> }>();
  #last: Turn<State> | undefined;

  begin(): Turn<State> {
    this.#last = new Turn(this, this.#last);
    return this.#last;
  }

  /** Nobody decides any more on what this batch was about to store. */
  forget(turn: Turn<State>): void {
    for (const [key, entry] of this.ahead) if (entry.turn === turn) this.ahead.delete(key);
  }

  leave(turn: Turn<State>): void {
    if (this.#last === turn) this.#last = undefined;
  }
}

/** Nobody may be waiting when it is rejected. */
const gate = <T>(): Gate<T> => {
  const made = Promise.withResolvers<T>();
  made.promise.catch(() => undefined);
  return made;
};
