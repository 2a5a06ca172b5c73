import type { Transactor } from './transaction';

/** Runs writes one after another, each for itself: what a store can do that makes none of them together. */
export class SequentialTransactor implements Transactor {
  transact<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}
