import { KafkaJSNonRetriableError } from 'kafkajs';
import type { LogRecord } from '../messaging/log';
import type { PartitionPlace } from '../messaging/partition-reader';

interface BufferOptions {
  place: PartitionPlace;
  /** Offset of the first record that the group has not acknowledged. */
  begin: bigint;
  /** Above one of these it is full: nothing more is fetched, until half of it is handed out. */
  limit: { records: number; bytes: number };
  pause: () => void;
  resume: () => void;
  /** Has records fetched again from an offset. */
  seek: (offset: bigint) => void;
}

interface Buffered {
  record: LogRecord;
  bytes: number;
}

/** Records of one partition between being fetched and being handed out. What is handed out and has to come again is fetched again. */
export class PartitionBuffer {
  readonly place: PartitionPlace;
  readonly #options: BufferOptions;
  #records: Buffered[] = [];
  #head = 0;
  #bytes = 0;
  /** Offset of the next record to come in. */
  #next: bigint;
  /** Offset of the last record that was handed out. */
  #handedOut: bigint;
  #acknowledged: bigint;
  #isPaused = false;
  #wasSought = false;

  constructor(options: BufferOptions) {
    this.place = options.place;
    this.#options = options;
    this.#next = options.begin;
    this.#acknowledged = options.begin - 1n;
    this.#handedOut = options.begin - 1n;
  }

  get acknowledged(): bigint {
    return this.#acknowledged;
  }

  /** Whether it moved forward. */
  acknowledge(offset: bigint): boolean {
    if (offset <= this.#acknowledged) return false;
    this.#acknowledged = offset;
    return true;
  }

  /**
   * Whether records that were fetched from an offset follow on those that are here. If not, they are left over from before a rebalance, and
   * what follows is fetched again; when that begins later too, then nothing is between.
   *
   * @throws {KafkaJSNonRetriableError} when it begins earlier: Kafka has lost the place, and has set the group back to its first record. To wait for the
   * place to come again would be to pass over everything that is appended before it does.
   */
  follows(from: bigint): boolean {
    if (from === this.#next || (this.#wasSought && from > this.#next)) {
      this.#wasSought = false;
      return true;
    }
    if (this.#wasSought) throw new KafkaJSNonRetriableError(`Kafka no longer has the place ${this.#next} of ${this.place.topic}/${this.place.partition}, and begins at ${from}`);
    this.#seek(this.#next);
    return false;
  }

  /** @param next offset behind the last record, and behind what is there that is no record */
  add(records: readonly Buffered[], next: bigint): void {
    for (const each of records) {
      this.#records.push(each);
      this.#bytes += each.bytes;
    }
    this.#next = next;
    const { limit, pause } = this.#options;
    if (!this.#isPaused && (this.#waiting > limit.records || this.#bytes > limit.bytes)) {
      this.#isPaused = true;
      pause();
    }
  }

  /** Records behind an offset, at most so many. */
  take(after: bigint, most: number): LogRecord[] {
    if (after < this.#handedOut) {
      this.#rewind(after);
      return [];
    }
    const taken: LogRecord[] = [];
    for (let next = this.#records[this.#head]; next && taken.length < most; next = this.#records[this.#head]) {
      taken.push(next.record);
      this.#bytes -= next.bytes;
      this.#head += 1;
    }
    this.#handedOut = taken.at(-1)?.offset ?? this.#handedOut;
    this.#forgetTaken();
    this.#resumeIfDrained();
    return taken;
  }

  #rewind(after: bigint): void {
    this.#records = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#handedOut = after;
    this.#seek(after + 1n);
    this.#resumeIfDrained();
  }

  #seek(offset: bigint): void {
    this.#next = offset;
    this.#wasSought = true;
    this.#options.seek(offset);
  }

  get #waiting(): number {
    return this.#records.length - this.#head;
  }

  /** Only when it pays: moving the rest forward for each batch would cost more than the memory is worth. */
  #forgetTaken(): void {
    if (this.#head < this.#waiting) return;
    this.#records = this.#records.slice(this.#head);
    this.#head = 0;
  }

  #resumeIfDrained(): void {
    const { limit, resume } = this.#options;
    if (!this.#isPaused || this.#waiting > limit.records / 2 || this.#bytes > limit.bytes / 2) return;
    this.#isPaused = false;
    resume();
  }
}
