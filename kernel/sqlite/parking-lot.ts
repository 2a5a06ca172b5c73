import type { ParkedMessage, ParkingLot, ParkingReason } from '../messaging/parking';
import type { Connection } from './connection';
import { identifier } from './identifier';
import type { Writer } from './writer';

interface ParkedRow extends Record<string, unknown> {
  key: string;
  topic: string;
  partition: number;
  offset: number;
  headers: string;
  value: string;
  reason: string;
  parkedAt: string;
}

export const createParkingLotTables = (connection: Connection, service: string): void => {
  const table = identifier(service, 'parked');
  connection.exec(`
    CREATE TABLE IF NOT EXISTS ${table} (
      number INTEGER PRIMARY KEY, key TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL,
      headers TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL, parkedAt TEXT NOT NULL, UNIQUE (topic, partition, "offset")
    ) STRICT;
    CREATE INDEX IF NOT EXISTS ${identifier(service, 'parked_keys')} ON ${table} (key, number)`);
};

/** One service's parked messages. */
export class SqliteParkingLot implements ParkingLot {
  readonly #writer: Writer;
  readonly #table: string;
  /** Nearly always true, and asked for with every batch. No other process writes here, so that it needs to be found out only once. */
  #isEmpty: boolean | undefined;

  constructor(writer: Writer, service: string) {
    this.#writer = writer;
    this.#table = identifier(service, 'parked');
  }

  park(messages: readonly ParkedMessage[]): Promise<void> {
    return this.#writer.write((connection) => {
      this.#isEmpty = false;
      for (const { record, reason, parkedAt } of messages) {
        connection.run(
          `INSERT INTO ${this.#table} (key, topic, partition, "offset", headers, value, reason, parkedAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
          record.key, record.topic, record.partition, record.offset, JSON.stringify(record.headers), record.value, JSON.stringify(reason), parkedAt,
        );
      }
    });
  }

  async parkedAmong(keys: readonly string[]): Promise<Set<string>> {
    const { reading } = this.#writer;
    this.#isEmpty ??= reading.get(`SELECT 1 FROM ${this.#table} LIMIT 1`) === undefined;
    if (this.#isEmpty) return new Set();
    const rows = reading.all<Pick<ParkedRow, 'key'>>(
      `SELECT DISTINCT key FROM ${this.#table} WHERE key IN (SELECT value FROM json_each(?))`, JSON.stringify(keys),
    );
    return new Set(rows.map(({ key }) => key));
  }

  async keys(): Promise<string[]> {
    return this.#writer.reading.all<Pick<ParkedRow, 'key'>>(`SELECT key FROM ${this.#table} GROUP BY key ORDER BY min(number)`).map(({ key }) => key);
  }

  async read(key: string): Promise<ParkedMessage[]> {
    return this.#writer.reading.all<ParkedRow>(`SELECT * FROM ${this.#table} WHERE key = ? ORDER BY number`, key).map((row) => ({
      record: {
        key: row.key, topic: row.topic, partition: row.partition, offset: BigInt(row.offset), headers: JSON.parse(row.headers) as Record<string, string>, value: row.value,
      },
      reason: JSON.parse(row.reason) as ParkingReason,
      parkedAt: row.parkedAt,
    }));
  }
}
