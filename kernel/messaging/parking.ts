import type { LogRecord } from './log';

/** Why a message is set aside: it failed itself, or it waits behind one of its key that did. */
export type ParkingReason =
  | {
      kind: 'failed';
      /** For an operator; holds no stack trace. */
      error: string;
      /** How often it was tried. */
      attempts: number;
    }
  | { kind: 'behind' };

export interface ParkedMessage {
  record: LogRecord;
  reason: ParkingReason;
  /** RFC 3339, UTC, milliseconds. */
  parkedAt: string;
}

/** Messages set aside, by key and in order, until an operator acts on them. One lot belongs to one service. */
export interface ParkingLot {
  /**
   * Adds each behind what its key already has. A record that is in the lot (same topic, partition and offset) is not added again.
   * Resolves when durable.
   */
  park(messages: readonly ParkedMessage[]): Promise<void>;
  /** Which of these keys have messages in the lot. */
  parkedAmong(keys: readonly string[]): Promise<Set<string>>;
  /** All keys with messages in the lot, in order of their first parking. */
  keys(): Promise<string[]>;
  /** What is parked under a key, in order. */
  read(key: string): Promise<ParkedMessage[]>;
}
