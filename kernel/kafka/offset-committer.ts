import { setTimeout as delay } from 'node:timers/promises';
import type { TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { PartitionPlace } from '../messaging/partition-reader';

interface CommitterOptions {
  commit: (offsets: TopicPartitionOffsetAndMetadata[]) => Promise<void>;
  /** At least so long between two commits, in milliseconds. */
  everyMs: number;
  onFailure: (error: unknown) => void;
}

/** Commits what was acknowledged, gathered: one request at a time, each with the latest of every partition. */
export class OffsetCommitter {
  readonly #options: CommitterOptions;
  #pending = new Map<string, TopicPartitionOffsetAndMetadata>();
  #running: Promise<void> | undefined;
  readonly #ended = new AbortController();
  #flushing = new AbortController();

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Remembers that a group is done with everything up to and including an offset; it becomes durable soon. */
  acknowledged({ topic, partition }: PartitionPlace, offset: bigint): void {
    if (this.#ended.signal.aborted) return;
    // Kafka keeps the offset that is read next.
    this.#pending.set(`${topic}/${partition}`, { topic, partition, offset: String(offset + 1n) });
    this.#running ??= this.#run();
  }

  /** Resolves when everything acknowledged is durable, or when committing it failed. */
  async flush(): Promise<void> {
    while (this.#running) {
      this.#flushing.abort();
      await this.#running;
    }
  }

  /** From now on the partitions are someone else's: what is not committed comes again, to them. */
  end(): void {
    this.#ended.abort();
    this.#pending.clear();
  }

  async #run(): Promise<void> {
    while (this.#pending.size > 0) {
      const offsets = [...this.#pending.values()];
      this.#pending = new Map();
      try {
        await this.#options.commit(offsets);
      } catch (error) {
        if (!this.#ended.signal.aborted) this.#options.onFailure(error);
        // The next acknowledgement of a partition says more than this one did; until then it stands.
        if (!this.#ended.signal.aborted && !this.#flushing.signal.aborted) this.#restore(offsets);
      }
      await this.#pause();
    }
    this.#running = undefined;
  }

  #restore(offsets: readonly TopicPartitionOffsetAndMetadata[]): void {
    for (const each of offsets) {
      const key = `${each.topic}/${each.partition}`;
      if (!this.#pending.has(key)) this.#pending.set(key, each);
    }
  }

  async #pause(): Promise<void> {
    const signal = AbortSignal.any([this.#ended.signal, this.#flushing.signal]);
    try {
      await delay(this.#options.everyMs, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    this.#flushing = new AbortController();
  }
}
