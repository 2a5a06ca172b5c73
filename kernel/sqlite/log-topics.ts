import type { Connection } from './connection';
import type { Unit } from './writer';

/** Numbers of topics, as the tables of the log have them. Remembered once they are stored for good: a unit that fails takes its own back. */
export class LogTopics {
  readonly #stored = new Map<string, number>();

  ensure(connection: Connection, unit: Unit, name: string): number {
    const stored = this.#stored.get(name);
    if (stored !== undefined) return stored;
    connection.run('INSERT INTO log_topics (name) VALUES (?) ON CONFLICT DO NOTHING', name);
    const number = select(connection, name);
    if (number === undefined) throw new Error(`The topic ${name} was not stored`);
    unit.afterCommit(() => this.#stored.set(name, number));
    return number;
  }

  find(connection: Connection, name: string): number | undefined {
    return this.#stored.get(name) ?? select(connection, name);
  }
}

const select = (connection: Connection, name: string): number | undefined =>
  connection.get<{ number: number }>('SELECT number FROM log_topics WHERE name = ?', name)?.number;
