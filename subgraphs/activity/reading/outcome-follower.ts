import type { CommandReference } from '../recording/audit-entry';
import { isDecided, type CommandRecord } from '../recording/command-record';
import type { CommandStates } from './command-states';
import { Latch } from './latch';

/**
 * A command's record when it is decided, then the end; before that, once, when it is parked. It may begin before the command is sent. `return()` ends
 * it at once, even while it waits.
 */
export class OutcomeFollower implements AsyncIterableIterator<CommandRecord> {
  readonly #news = new Latch();
  readonly #unwatch: () => void;
  #phase: 'waiting' | 'waiting, told that it is parked' | 'ended' = 'waiting';

  constructor(
    private readonly states: CommandStates,
    private readonly lab: string,
    private readonly reference: CommandReference,
  ) {
    this.#unwatch = states.watch(lab, reference, () => {
      this.#news.set();
    });
  }

  async next(): Promise<IteratorResult<CommandRecord>> {
    while (this.#phaseNow() !== 'ended') {
      const record = await this.#readOrEnd();
      if (record && isDecided(record.state) && this.#phaseNow() !== 'ended') {
        this.#end();
        return { value: record, done: false };
      }
      if (record?.state.status === 'PARKED' && this.#phaseNow() === 'waiting') {
        this.#phase = 'waiting, told that it is parked';
        return { value: record, done: false };
      }
      if (this.#phaseNow() !== 'ended') await this.#news.wait();
    }
    return { value: undefined, done: true };
  }

  return(): Promise<IteratorResult<CommandRecord>> {
    this.#end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #readOrEnd(): Promise<CommandRecord | undefined> {
    try {
      return await this.states.read(this.lab, this.reference);
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** A method, as it changes while something is awaited. */
  #phaseNow() {
    return this.#phase;
  }

  #end(): void {
    this.#phase = 'ended';
    this.#unwatch();
    this.#news.set();
  }
}
