import type { ReadModels } from '@test-planning/kernel/read-models';
import type { CommandReference } from '../recording/audit-entry';
import { commandKey, commandsView, isDecided, type CommandRecord } from '../recording/command-record';
import { Latch } from './latch';
import { TurnReader } from './turn-reader';

/** Waiting for decisions at one time; who comes on top of these is answered as if they had not asked to wait. */
const WAITING_AT_ONCE = 10_000;

/** What is known of commands, now or once they are decided. */
export class CommandStates {
  readonly #reader: TurnReader<CommandRecord>;
  #waiting = 0;

  constructor(
    private readonly views: Pick<ReadModels, 'get' | 'watch'>,
    private readonly limit = WAITING_AT_ONCE,
  ) {
    this.#reader = new TurnReader(views, commandsView.name);
  }

  /** Undefined for a command that nothing is known of, which may come later. */
  async read(lab: string, { id, inputHash }: CommandReference): Promise<CommandRecord | undefined> {
    if (inputHash === null) return this.#reader.read(lab, id);
    const own = commandKey(id, inputHash);
    const records = await this.#reader.readAll(lab, [own, id]);
    const first = records.get(id);
    return records.get(own) ?? (first?.inputHash === inputHash ? first : undefined);
  }

  /** Calls `wake` when a command may have been decided or parked. Returns how to end it. */
  watch(lab: string, { id, inputHash }: CommandReference, wake: () => void): () => void {
    return this.views.watch(commandsView.name, lab, inputHash === null ? id : commandKey(id, inputHash), wake);
  }

  /** What is known as soon as it is decided, or after so many milliseconds. */
  readDecided(lab: string, reference: CommandReference, milliseconds: number): Promise<CommandRecord | undefined> {
    return this.#readWhen(lab, reference, milliseconds, (wake) => this.watch(lab, reference, wake), ({ state }) => isDecided(state));
  }

  /** What is known as soon as anything is, or after so many milliseconds. */
  readKnown(lab: string, reference: CommandReference, milliseconds: number): Promise<CommandRecord | undefined> {
    const watch = (wake: () => void) => {
      // The first input under an id is known by the bare id first, another one only when it is decided.
      const unwatch = [reference, { ...reference, inputHash: null }].map((each) => this.watch(lab, each, wake));
      return () => {
        for (const end of unwatch) end();
      };
    };
    return this.#readWhen(lab, reference, milliseconds, watch, () => true);
  }

  async #readWhen(
    lab: string, reference: CommandReference, milliseconds: number, watch: (wake: () => void) => () => void, isEnough: (record: CommandRecord) => boolean,
  ): Promise<CommandRecord | undefined> {
    if (this.#waiting >= this.limit) return this.read(lab, reference);
    const until = performance.now() + milliseconds;
    const news = new Latch();
    this.#waiting += 1;
    const unwatch = watch(() => {
      news.set();
    });
    try {
      for (;;) {
        const record = await this.read(lab, reference);
        if (record && isEnough(record)) return record;
        if (!(await news.wait(Math.max(0, until - performance.now())))) return record;
      }
    } finally {
      unwatch();
      this.#waiting -= 1;
    }
  }

  /** How many wait right now. */
  get waiting(): number {
    return this.#waiting;
  }
}
