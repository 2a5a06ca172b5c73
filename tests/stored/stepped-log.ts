import type { HandleBatch, Log, LogRecord, LogSubscription, NewLogRecord, SubscribeOptions } from '@test-planning/kernel/messaging';

interface Subscriber {
  options: SubscribeOptions;
  handle: HandleBatch;
  waiting: LogRecord[];
}

/**
 * A log in memory that delivers one record at a time, in the order of the appends: every run of the same work stores the same.
 * Records of a held topic wait until it is released.
 */
export class SteppedLog implements Log {
  readonly records: LogRecord[] = [];
  readonly held = new Set<string>();
  readonly #subscribers: Subscriber[] = [];

  append(records: readonly NewLogRecord[]): Promise<void> {
    for (const record of records) {
      const stored: LogRecord = { ...record, partition: 0, offset: BigInt(this.records.length + 1) };
      this.records.push(stored);
      for (const { options, waiting } of this.#subscribers) if (options.topics.includes(record.topic)) waiting.push(stored);
    }
    return Promise.resolve();
  }

  subscribe(options: SubscribeOptions, handle: HandleBatch): Promise<LogSubscription> {
    this.#subscribers.push({ options, handle, waiting: [] });
    return Promise.resolve({ stop: () => Promise.resolve() });
  }

  lag(): Promise<[]> {
    return Promise.resolve([]);
  }

  failing(): [] {
    return [];
  }

  /** Resolves when every subscriber has handled all records of topics that are not held. */
  async settle(): Promise<void> {
    for (let isDone = false; !isDone;) {
      isDone = true;
      for (const subscriber of this.#subscribers) {
        const index = subscriber.waiting.findIndex(({ topic }) => !this.held.has(topic));
        const [record] = index === -1 ? [] : subscriber.waiting.splice(index, 1);
        if (!record) continue;
        isDone = false;
        const { topic, partition } = record;
        await subscriber.handle({ topic, partition, records: [record], acknowledge: () => Promise.resolve(), signal: new AbortController().signal });
      }
    }
  }

  get groups(): { group: string; topics: string[] }[] {
    return this.#subscribers.map(({ options: { group, topics } }) => ({ group, topics: [...topics].sort() })).sort((a, b) => (a.group < b.group ? -1 : 1));
  }
}
