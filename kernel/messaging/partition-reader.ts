import type { Logger } from '../telemetry/logger';
import { waitBackOff, type BackOff } from './back-off';
import { FAILURES_TO_TELL, isToldFailure, type FailingPartition } from './failing-partition';
import type { HandleBatch, LogRecord } from './log';

export interface PartitionPlace {
  topic: string;
  partition: number;
}

/** Where a reader gets records from, and where a group's place in them is kept. */
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
  /** Batches that may be in hand at a time, at least 1. */
  batchesInHand: number;
  backOff: BackOff;
  logger: Logger;
}

/** Hands one partition to one member of one group, batch after batch, until it is stopped. */
export class PartitionReader {
  readonly #reading: PartitionReading;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  readonly #inHand = new Set<Promise<void>>();
  /** Why a batch in hand failed, and the key of its first record: from then on nothing new is handed out until all have settled. */
  #failure: { error: unknown; key: string } | undefined;
  #failing: FailingPartition | undefined;
  #woken = Promise.withResolvers<undefined>();

  constructor(reading: PartitionReading) {
    this.#reading = reading;
    this.#ended = this.#run();
  }

  /** There may be something new. */
  wake(): void {
    this.#woken.resolve(undefined);
  }

  /** What keeps it from getting further, once it has failed often enough. */
  get failing(): FailingPartition | undefined {
    return this.#failing;
  }

  /** Begins nothing more; resolves when the batches in hand are done. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { group, place, backOff, logger } = this.#reading;
    // Whoever subscribes has the subscription in hand before the first batch comes.
    await Promise.resolve();
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      const isProgress = await this.#handOutUntilFailure();
      if (!this.#failure) return;
      failures = isProgress ? 1 : failures + 1;
      const { error, key } = this.#failure;
      if (failures >= FAILURES_TO_TELL) this.#failing = { group, ...place, key: keyIn(error) ?? key, error: error instanceof Error ? error.message : String(error), failures };
      const facts = { err: error, group, ...place, key: keyIn(error) ?? key, failures };
      if (this.#failing) logger[isToldFailure(failures) ? 'error' : 'debug'](facts, 'A batch keeps failing: its partition waits');
      else logger[isToldFailure(failures) ? 'warn' : 'debug'](facts, 'A batch failed and will come again');
      this.#failure = undefined;
      await waitBackOff(failures, backOff, this.#stop.signal);
    }
  }

  /** Hands out what is behind the group's place until something fails or it is stopped; whether any batch was done. */
  async #handOutUntilFailure(): Promise<boolean> {
    const { group, place, storage, maxBatch, batchesInHand } = this.#reading;
    let isProgress = false;
    try {
      let position = storage.acknowledged(group, place);
      while (!this.#stop.signal.aborted && !this.#failure) {
        // Renewed before looking: whatever comes after the look wakes, so that there is no need to look again before that.
        this.#woken = Promise.withResolvers<undefined>();
        const records = this.#inHand.size < batchesInHand ? storage.fetch(place, position, maxBatch) : [];
        const last = records.at(-1);
        if (last) {
          position = last.offset;
          this.#handOut(records, () => {
            isProgress = true;
            this.#recovered();
          });
        }
        if (records.length < maxBatch && !this.#isInterrupted()) await this.#woken.promise;
      }
    } catch (error) {
      this.#failure = { error, key: '' };
    }
    await Promise.all(this.#inHand);
    return isProgress;
  }

  #handOut(records: readonly LogRecord[], onDone: () => void): void {
    const { group, place, storage, handle } = this.#reading;
    const inHand = Promise.resolve()
      .then(() => handle({ ...place, records, signal: this.#stop.signal, acknowledge: (upTo) => storage.acknowledge(group, upTo) }))
      .then(onDone, (error: unknown) => {
        this.#failure ??= { error, key: records[0]?.key ?? '' };
      })
      .then(() => {
        this.#inHand.delete(inHand);
        this.wake();
      });
    this.#inHand.add(inHand);
  }

  #recovered(): void {
    if (!this.#failing) return;
    const { group, place, logger } = this.#reading;
    logger.info({ group, ...place, failures: this.#failing.failures }, 'A batch that kept failing is done');
    this.#failing = undefined;
  }

  #isInterrupted(): boolean {
    return this.#stop.signal.aborted || this.#failure !== undefined;
  }
}

/** The key that an error says it failed for. */
const keyIn = (error: unknown): string | undefined => (error instanceof Error && 'key' in error && typeof error.key === 'string' ? error.key : undefined);
