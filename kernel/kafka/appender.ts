import { KafkaJSProtocolError } from 'kafkajs';
import { UnavailableError } from '../health/unavailable-error';
import { waitBackOff, type BackOff } from '../messaging/back-off';
import { AppendQueue, type Append, type Sending } from './append-queue';
import type { Producer } from './producer';
import type { OutgoingRecord } from './records';

/** What Kafka says of records that it will not take the next time either. */
const REFUSALS = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP', 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']);

interface AppenderOptions {
  connect: () => Promise<Producer>;
  batchBytes: (topic: string) => number;
  /** How long an append may take, in milliseconds. */
  timeoutMs: number;
  /** Above so many bytes that wait, an append is refused at once. */
  queueBytes: number;
  backOff: BackOff;
  onSent: () => void;
  onFailure: (error: unknown) => void;
}

/** Sends what is appended: one send at a time, with everything that was appended while the one before it was on its way. */
export class Appender {
  readonly #options: AppenderOptions;
  readonly #queue: AppendQueue;
  readonly #closing = new AbortController();
  #sending: Promise<void> | undefined;
  #inFlight: Sending | undefined;
  #producer: Producer | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AppenderOptions) {
    this.#options = options;
    this.#queue = new AppendQueue(options.batchBytes);
  }

  /** Makes the connection that the first append would have to wait for. If it can't be made now, the first append tries again. */
  async connect(): Promise<void> {
    try {
      this.#producer ??= await this.#options.connect();
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  /** @throws {UnavailableError} when it isn't known within the time whether all is stored. */
  append(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    const { timeoutMs, queueBytes } = this.#options;
    if (this.#closing.signal.aborted) return Promise.reject(new UnavailableError('Kafka', 'it was closed'));
    const bytes = records.reduce((sum, record) => sum + record.bytes, 0);
    if (this.#queue.bytes > 0 && this.#queue.bytes + bytes > queueBytes) return Promise.reject(new UnavailableError('Kafka', `${this.#queue.bytes} bytes wait to be sent already`));
    return new Promise((resolve, reject) => {
      this.#queue.add({
        records, bytes, deadline: performance.now() + timeoutMs, taken: 0, isAlone: false,
        settle: (error) => {
          if (error) reject(error);
          else resolve();
        },
      });
      this.#watch();
      // Begun in a turn of its own, so that what is appended in this one goes along.
      this.#sending ??= Promise.resolve().then(() => this.#sendAll());
    });
  }

  /** Sends what waits, for at most so long; what could not be sent rejects. */
  async close(graceMs: number): Promise<void> {
    this.#closing.abort();
    const timer = setTimeout(() => {
      this.#giveUp(Infinity, 'it was closed');
    }, graceMs);
    await this.#sending;
    clearTimeout(timer);
    clearTimeout(this.#timer);
    this.#producer?.sever('closed');
  }

  async #sendAll(): Promise<void> {
    let failures = 0;
    while (this.#queue.first) {
      try {
        const producer = (this.#producer ??= await this.#options.connect());
        const sending = this.#queue.take();
        if (sending) await this.#send(producer, sending);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#options.onFailure(error);
        await waitBackOff(failures, this.#options.backOff, this.#closing.signal);
      }
    }
    // In the turn in which nothing was left: whatever is appended after it begins again.
    this.#sending = undefined;
  }

  async #send(producer: Producer, sending: Sending): Promise<void> {
    this.#inFlight = sending;
    try {
      await producer.send(sending.messages);
      for (const append of sending.complete) append.settle();
      this.#options.onSent();
    } catch (error) {
      this.#producer = undefined;
      producer.sever('A send failed');
      // Of what was given up meanwhile, each has been told.
      if (this.#inFlight !== sending) throw error;
      if (!isRefusal(error)) {
        this.#fail(sending, new UnavailableError('Kafka', error));
        throw error;
      }
      const [only, ...others] = sending.appends;
      if (only && others.length === 0) this.#fail(sending, error);
      else this.#sendAlone(sending);
    } finally {
      this.#inFlight = undefined;
    }
  }

  #fail({ appends }: Sending, error: Error): void {
    for (const append of appends) {
      this.#queue.remove(append);
      append.settle(error);
    }
  }

  /** One of them was refused, and all came back: sent one by one, that one alone fails. */
  #sendAlone({ appends }: Sending): void {
    for (const append of appends) {
      this.#queue.remove(append);
      append.taken = 0;
      append.isAlone = true;
    }
    this.#queue.putBack(appends);
  }

  /** All wait equally long, so that the first to be given up is in flight, or else at the front. */
  #watch(): void {
    const first = this.#inFlight?.appends[0] ?? this.#queue.first;
    if (this.#timer || !first) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#giveUp(performance.now(), `not within ${this.#options.timeoutMs} ms`);
      this.#watch();
    }, Math.max(1, first.deadline - performance.now()));
  }

  #giveUp(now: number, reason: string): void {
    const isOverdue = (append: Append | undefined): boolean => append !== undefined && append.deadline <= now;
    if (this.#inFlight && isOverdue(this.#inFlight.appends[0])) {
      const { appends } = this.#inFlight;
      this.#inFlight = undefined;
      this.#producer?.sever(reason);
      this.#fail({ appends, complete: [], messages: [] }, new UnavailableError('Kafka', `${reason}; whether it was stored isn't known`));
    }
    for (let { first } = this.#queue; first && isOverdue(first); { first } = this.#queue) {
      this.#queue.remove(first);
      first.settle(new UnavailableError('Kafka', `${reason}; it was not sent`));
    }
  }
}

const isRefusal = (error: unknown): error is Error => {
  for (let cause = error; cause instanceof Error; { cause } = cause) {
    if (cause instanceof KafkaJSProtocolError && REFUSALS.has(cause.type)) return true;
  }
  return false;
};
