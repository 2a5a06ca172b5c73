import type { TopicMessages } from 'kafkajs';
import type { OutgoingRecord } from './records';

/** Records of one send: a compromise between fewer round trips and how long the encoding of one holds up everything else. */
const SEND_BYTES = 2 * 1024 * 1024;

/** Records that were appended by one call. */
export interface Append {
  records: readonly OutgoingRecord[];
  bytes: number;
  /** When it is given up, by performance.now(). */
  deadline: number;
  /** So many of its records were taken to be sent. */
  taken: number;
  /** Sent with nothing beside it, because something in a send that it was in was refused. */
  isAlone: boolean;
  settle(error?: Error): void;
}

/** What goes to Kafka at once. */
export interface Sending {
  /** All of which at least a part is in it. */
  appends: readonly Append[];
  /** Those of which the last part is in it. */
  complete: readonly Append[];
  messages: TopicMessages[];
}

/** Appends that wait to be sent, in the order of their calls. */
export class AppendQueue {
  readonly #batchBytes: (topic: string) => number;
  #appends: Append[] = [];
  #bytes = 0;

  /** @param batchBytes what a topic takes for one partition at once */
  constructor(batchBytes: (topic: string) => number) {
    this.#batchBytes = batchBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): Append | undefined {
    return this.#appends[0];
  }

  add(append: Append): void {
    this.#appends.push(append);
    this.#bytes += append.bytes;
  }

  /** Puts appends back in front of all others. */
  putBack(appends: readonly Append[]): void {
    this.#appends = [...appends, ...this.#appends];
    for (const { bytes } of appends) this.#bytes += bytes;
  }

  remove(append: Append): void {
    const at = this.#appends.indexOf(append);
    if (at === -1) return;
    this.#appends.splice(at, 1);
    this.#bytes -= append.bytes;
  }

  /** Takes from the front what fits into one send. Nothing overtakes, so that what was appended first stays first. */
  take(): Sending | undefined {
    const sending = new Gathering(this.#batchBytes);
    const appends: Append[] = [];
    let complete = 0;
    for (const append of this.#appends) {
      if (append.isAlone && appends.length > 0) break;
      const before = append.taken;
      for (let next = append.records[before]; next && sending.add(next); next = append.records[append.taken]) append.taken += 1;
      if (append.taken > before || append.records.length === 0) appends.push(append);
      if (append.taken < append.records.length) break;
      complete += 1;
      this.#bytes -= append.bytes;
      if (append.isAlone) break;
    }
    if (appends.length === 0) return undefined;
    return { appends, complete: this.#appends.splice(0, complete), messages: sending.messages() };
  }
}

class Gathering {
  readonly #batchBytes: (topic: string) => number;
  readonly #topics = new Map<string, { messages: TopicMessages['messages']; limit: number; bytes: number[] }>();
  #bytes = 0;

  constructor(batchBytes: (topic: string) => number) {
    this.#batchBytes = batchBytes;
  }

  /** Whether it fits. One record alone always does. */
  add({ topic, partition, message, bytes }: OutgoingRecord): boolean {
    const into = this.#topics.get(topic) ?? { messages: [], limit: this.#batchBytes(topic), bytes: [] };
    const ofPartition = (into.bytes[partition] ?? 0) + bytes;
    if (this.#bytes > 0 && (this.#bytes + bytes > SEND_BYTES || ofPartition > into.limit)) return false;
    this.#topics.set(topic, into);
    into.messages.push(message);
    into.bytes[partition] = ofPartition;
    this.#bytes += bytes;
    return true;
  }

  messages(): TopicMessages[] {
    return [...this.#topics].map(([topic, { messages }]) => ({ topic, messages }));
  }
}
