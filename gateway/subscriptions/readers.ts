import type { Caller } from '../security/caller';
import type { Reader } from './reader';

/** The readers of one broadcast: who has taken all there is and takes more, and who is behind. */
export class Readers {
  /** At the end, and taking more. */
  readonly waiting = new Set<Reader>();
  /** Before the end, or blocked. */
  readonly behind = new Set<Reader>();
  /** Nobody has taken everything: what comes has to wait. */
  isHeldBack = false;
  /** How long, altogether, what came has waited for readers, in milliseconds. */
  heldBackMs = 0;
  private wakers: (() => void)[] = [];
  private lastCaller: Caller | undefined;

  get size(): number {
    return this.waiting.size + this.behind.size;
  }

  add(reader: Reader): void {
    this.lastCaller = reader.caller;
    this.behind.add(reader);
  }

  delete(reader: Reader): void {
    this.waiting.delete(reader);
    this.behind.delete(reader);
  }

  /** It has taken all there is. */
  caughtUp(reader: Reader): void {
    this.behind.delete(reader);
    this.waiting.add(reader);
    this.awaken();
  }

  /** It has not, or takes no more. */
  fellBehind(reader: Reader): void {
    this.waiting.delete(reader);
    this.behind.add(reader);
  }

  all(): Reader[] {
    return [...this.waiting, ...this.behind];
  }

  /** Resolves when there is a reader who has taken everything, or on {@link awaken} with an aborted signal. */
  async demand(signal: AbortSignal): Promise<void> {
    while (this.waiting.size === 0 && !signal.aborted) {
      this.isHeldBack = true;
      const since = performance.now();
      await new Promise<void>((resolve) => this.wakers.push(resolve));
      this.heldBackMs += performance.now() - since;
    }
    this.isHeldBack = false;
  }

  awaken(): void {
    for (const wake of this.wakers.splice(0)) wake();
  }

  /** Any of them, or the last there was: all are equal in what goes upstream. */
  caller(): Caller {
    for (const readers of [this.waiting, this.behind]) for (const { caller } of readers) return caller;
    if (!this.lastCaller) throw new Error('A broadcast without readers');
    return this.lastCaller;
  }
}
