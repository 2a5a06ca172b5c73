import type { Commit } from '../event-sourcing/commit';
import { claimsId } from '../event-sourcing/commit-id';
import type { AppendResult, EventStore } from '../event-sourcing/event-store';
import type { StreamId } from '../messaging/streams';
import type { Connection } from './connection';
import { identifier } from './identifier';
import type { Writer } from './writer';

interface CommitRow extends Record<string, unknown> {
  stream: StreamId;
  sequence: number;
  body: string;
}

export const createEventStoreTables = (connection: Connection, service: string): void => {
  connection.exec(`
    CREATE TABLE IF NOT EXISTS ${identifier(service, 'commits')} (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL, sequence INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (stream, sequence)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS claimed_ids (id TEXT PRIMARY KEY, service TEXT NOT NULL) STRICT, WITHOUT ROWID`);
};

/** One service's commits: a row each, with the commit as JSON. */
export class SqliteEventStore implements EventStore {
  readonly #writer: Writer;
  readonly #service: string;
  readonly #sql: ReturnType<typeof statements>;

  constructor(writer: Writer, service: string) {
    this.#writer = writer;
    this.#service = service;
    this.#sql = statements(identifier(service, 'commits'));
  }

  append(commits: readonly Commit[]): Promise<AppendResult[]> {
    const byStream = Map.groupBy(commits, ({ stream }) => stream);
    return this.#writer.write((connection) => [...byStream].map(([stream, ofStream]) => this.#appendTo(connection, stream, ofStream)));
  }

  #appendTo(connection: Connection, stream: StreamId, commits: readonly Commit[]): AppendResult {
    for (const [index, commit] of commits.entries()) {
      const { id, sequence } = commit;
      if (claimsId(commit) && !this.#claim(connection, id)) return { stream, kind: 'conflict', stored: index };
      if (connection.run(this.#sql.insert, id, stream, sequence, JSON.stringify(commit)) === 0) return { stream, kind: 'conflict', stored: index };
    }
    return { stream, kind: 'appended' };
  }

  /** Claims an id for this service; false when another one has it. */
  #claim(connection: Connection, id: string): boolean {
    if (connection.run(CLAIM, id, this.#service) === 1) return true;
    return connection.get<{ service: string }>('SELECT service FROM claimed_ids WHERE id = ?', id)?.service === this.#service;
  }

  async read(streams: readonly StreamId[]): Promise<Map<StreamId, Commit[]>> {
    const { reading } = this.#writer;
    return new Map(streams.map((stream) => [stream, reading.all<CommitRow>(this.#sql.read, stream).map(commitOf)]));
  }

  async find(ids: readonly string[]): Promise<Commit[]> {
    return this.#writer.reading.all<CommitRow>(this.#sql.find, JSON.stringify(ids)).map(commitOf);
  }

  async takenAmong(ids: readonly string[]): Promise<Set<string>> {
    const all = JSON.stringify(ids);
    return new Set(this.#writer.reading.all<{ id: string }>(this.#sql.taken, all, all, this.#service).map(({ id }) => id));
  }

  async *scan(batchSize: number): AsyncIterable<Commit[]> {
    let last: Pick<CommitRow, 'stream' | 'sequence'> | undefined;
    for (;;) {
      const rows = this.#writer.reading.all<CommitRow>(this.#sql.scan, last?.stream ?? '', last?.sequence ?? 0, batchSize);
      last = rows.at(-1);
      if (!last) return;
      yield rows.map(commitOf);
    }
  }
}

const CLAIM = 'INSERT INTO claimed_ids (id, service) VALUES (?, ?) ON CONFLICT DO NOTHING';

const statements = (table: string) => ({
  insert: `INSERT INTO ${table} (id, stream, sequence, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  read: `SELECT body FROM ${table} WHERE stream = ? ORDER BY sequence`,
  find: `SELECT body FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`,
  taken: `SELECT id FROM ${table} WHERE id IN (SELECT value FROM json_each(?)) UNION SELECT id FROM claimed_ids WHERE id IN (SELECT value FROM json_each(?)) AND service <> ?`,
  scan: `SELECT stream, sequence, body FROM ${table} WHERE (stream, sequence) > (?, ?) ORDER BY stream, sequence LIMIT ?`,
});

const commitOf = ({ body }: CommitRow): Commit => JSON.parse(body) as Commit;
