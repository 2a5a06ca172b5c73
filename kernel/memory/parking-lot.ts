import type { LogRecord } from '../messaging/log';
import type { ParkedMessage, ParkingLot } from '../messaging/parking';

/** A parking lot in memory. */
export class MemoryParkingLot implements ParkingLot {
  readonly #parked = new Map<string, ParkedMessage[]>();

  park(messages: readonly ParkedMessage[]): Promise<void> {
    for (const message of messages) {
      const ofKey = this.#parked.get(message.record.key) ?? [];
      if (!ofKey.some(({ record }) => isSame(record, message.record))) ofKey.push(message);
      this.#parked.set(message.record.key, ofKey);
    }
    return Promise.resolve();
  }

  parkedAmong(keys: readonly string[]): Promise<Set<string>> {
    return Promise.resolve(new Set(keys.filter((key) => this.#parked.has(key))));
  }

  keys(): Promise<string[]> {
    return Promise.resolve([...this.#parked.keys()]);
  }

  read(key: string): Promise<ParkedMessage[]> {
    return Promise.resolve([...(this.#parked.get(key) ?? [])]);
  }
}

const isSame = (a: LogRecord, b: LogRecord): boolean => a.topic === b.topic && a.partition === b.partition && a.offset === b.offset;
