import type { Logger } from '../telemetry/logger';
import { waitBackOff, type BackOff } from './back-off';
import type { HandleBatch, LogRecord } from './log';

export interface PartitionPlace {
  topic: string;
  partition: number;
}

/** What a log inside this process keeps: records by partition, and each group's place in them. */
export interface PartitionStorage {
  /** Records behind an offset, in order, at most so many. */
  fetch(place: PartitionPlace, after: bigint, limit: number): readonly LogRecord[];
  /** Offset of the last acknowledged record; before any, less than every offset. */
  acknowledged(group: string, place: PartitionPlace): bigint;
  /** Moves the group's place forward, never back. Resolves when durable. */
  acknowledge(group: string, record: LogRecord): Promise<void>;
}

interface PartitionReading {
  group: string;
  place: PartitionPlace;
  storage: PartitionStorage;
  handle: HandleBatch;
  maxBatch: number;
  backOff: BackOff;
  logger: Logger;
}

/** Hands one partition to one member of one group, batch after batch, until it is stopped. */
export class PartitionReader {
  readonly #reading: PartitionReading;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #woken = Promise.withResolvers<undefined>();

  constructor(reading: PartitionReading) {
    this.#reading = reading;
    this.#ended = this.#run();
  }

  /** There may be something new. */
  wake(): void {
    this.#woken.resolve(undefined);
  }

  /** Begins nothing more; resolves when the batch in hand is done. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { group, place, storage, backOff, logger } = this.#reading;
    // Whoever subscribes has the subscription in hand before the first batch comes.
    await Promise.resolve();
    let position: bigint | undefined;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        position = await this.#handleNext(position ?? storage.acknowledged(group, place));
        failures = 0;
      } catch (error) {
        failures += 1;
        position = undefined;
        logger.warn({ error, group, ...place, failures }, 'A batch failed and will come again');
        await waitBackOff(failures, backOff, this.#stop.signal);
      }
    }
  }

  /** Handles what is behind the position, or waits for something to be there; gives the position after it. */
  async #handleNext(position: bigint): Promise<bigint> {
    const { group, place, storage, handle, maxBatch } = this.#reading;
    // Renewed before looking: whatever comes after the look wakes, so that there is no need to look again before that.
    this.#woken = Promise.withResolvers<undefined>();
    const records = storage.fetch(place, position, maxBatch);
    const last = records.at(-1);
    if (!last) {
      await this.#woken.promise;
      return position;
    }
    await handle({ ...place, records, signal: this.#stop.signal, acknowledge: (upTo) => storage.acknowledge(group, upTo) });
    if (records.length < maxBatch && !this.#stop.signal.aborted) await this.#woken.promise;
    return last.offset;
  }
}
