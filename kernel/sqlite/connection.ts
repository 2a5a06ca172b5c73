import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

type Row = Record<string, unknown>;

/** One connection to the database file, with its prepared statements kept. All calls block, for microseconds mostly. */
export class Connection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, options: { readOnly: boolean }) {
    this.#database = new DatabaseSync(path, { readOnly: options.readOnly, timeout: 0 });
  }

  /** One or several statements without parameters. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Returns how many rows it changed. */
  run(sql: string, ...parameters: readonly SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  get<R extends Row>(sql: string, ...parameters: readonly SQLInputValue[]): R | undefined {
    return this.#statement(sql).get(...parameters) as R | undefined;
  }

  all<R extends Row>(sql: string, ...parameters: readonly SQLInputValue[]): R[] {
    return this.#statement(sql).all(...parameters) as R[];
  }

  get isInTransaction(): boolean {
    return this.#database.isTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
