import type { Transactor } from '../event-sourcing/transaction';

/** Runs writes one after another, each for itself: what a store without transactions does. */
export class MemoryTransactor implements Transactor {
  transact<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}
