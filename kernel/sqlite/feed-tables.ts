import type { FeedDefinition } from '../feeds/feeds';
import type { Connection } from './connection';
import { identifier } from './identifier';

/** Names of what the database has for one kind of feed. */
export interface FeedTables {
  definition: FeedDefinition<never>;
  entries: string;
  keywords: string;
  /** Fields with an order, each with its column. */
  ordered: ReadonlyMap<string, string>;
  /** What is run for every entry. */
  sql: { insert: string; insertKeywords: string; head: string };
}

export const feedTables = (service: string, definition: FeedDefinition<never>): FeedTables => {
  const base = `${service}_feed_${definition.name}`;
  const fields = Object.entries(definition.fields).filter(([, { kind }]) => kind !== 'keywords');
  const ordered = new Map(fields.map(([name]) => [name, identifier('field', name)]));
  const [entries, keywords] = [identifier(base), identifier(base, 'keywords')];
  const columns = ['owner', 'number', 'key', 'entry', ...ordered.values()];
  return {
    definition,
    entries,
    keywords,
    ordered,
    sql: {
      insert: `INSERT INTO ${entries} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (owner, key) DO NOTHING`,
      insertKeywords: `INSERT INTO ${keywords} (owner, field, keyword, number) SELECT ?, value ->> 0, value ->> 1, ? FROM json_each(?)`,
      head: `SELECT max(number) AS head FROM ${entries} WHERE owner = ?`,
    },
  };
};

/** Makes a feed's tables. What they hold is primary, so that they are never dropped: new fields need a migration that fills them. */
export const createFeedTables = (connection: Connection, { definition, entries, keywords, ordered }: FeedTables): void => {
  const columns = [...ordered].map(([name, column]) => `, ${column} ${definition.fields[name]?.kind === 'number' ? 'REAL' : 'TEXT'}`);
  connection.exec(`
    CREATE TABLE IF NOT EXISTS ${entries} (
      owner TEXT NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL, entry TEXT NOT NULL${columns.join('')}, PRIMARY KEY (owner, number), UNIQUE (owner, key)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS ${keywords} (
      owner TEXT NOT NULL, field TEXT NOT NULL, keyword TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (owner, field, keyword, number)
    ) STRICT, WITHOUT ROWID`);
};

/** When the feeds were made: kept beside them, so that a copy of the file brings it along and a restored one can be given another. */
export const createFeedEpoch = (connection: Connection, service: string, newEpoch: string): void => {
  connection.exec('CREATE TABLE IF NOT EXISTS feed_epochs (service TEXT PRIMARY KEY, epoch TEXT NOT NULL) STRICT, WITHOUT ROWID');
  connection.run('INSERT INTO feed_epochs (service, epoch) VALUES (?, ?) ON CONFLICT DO NOTHING', service, newEpoch);
};
