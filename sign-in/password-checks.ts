import { FairLine } from './fair-line';
import type { Attempt } from './guess-limits';

/** Node's thread pool has 4 threads by default: two stay free for compression, files and name look-ups. A check holds 32 MiB. */
const MOST_CHECKS_AT_ONCE = 2;
const MOST_WAITING = 100;

/** An attempt's turn, which the caller ends; or that the line is full. */
type Turn = { readonly kind: 'turn'; end(): void } | { readonly kind: 'full' };

/** Lets at most two password checks run at once in this process; other attempts wait in a bounded line in which networks and user names take turns. */
export class PasswordChecks {
  readonly #line = new FairLine<(turn: Turn) => void>(MOST_WAITING);
  #running = 0;

  /** Resolves when the attempt's password may be checked, or when the attempt has to give way. */
  turnOf(attempt: Attempt): Promise<Turn> {
    const { promise, resolve } = Promise.withResolvers<Turn>();
    this.#line.add(attempt, resolve)?.({ kind: 'full' });
    this.#begin();
    return promise;
  }

  #begin(): void {
    while (this.#running < MOST_CHECKS_AT_ONCE) {
      const resolve = this.#line.next();
      if (!resolve) return;
      this.#running += 1;
      resolve({ kind: 'turn', end: () => this.#end() });
    }
  }

  #end(): void {
    this.#running -= 1;
    this.#begin();
  }
}
