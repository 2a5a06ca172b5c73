import type { Connection } from './connection';

/** Stores a setting that the data depend on, or checks that it is still the same. @throws {Error} when it is another one. */
export const ensureSetting = (connection: Connection, name: string, value: string): void => {
  connection.exec('CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID');
  connection.run('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, value);
  const stored = connection.get<{ value: string }>('SELECT value FROM settings WHERE name = ?', name)?.value;
  if (stored !== value) throw new Error(`The database was made with ${name} = ${stored ?? 'nothing'}, which can't become ${value}`);
};
