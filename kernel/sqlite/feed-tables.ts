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
}

export const feedTables = (service: string, definition: FeedDefinition<never>): FeedTables => {
  const base = `${service}_feed_${definition.name}`;
  const ordered = Object.entries(definition.fields).filter(([, { kind }]) => kind !== 'keywords');
  return {
    definition,
    entries: identifier(base),
    keywords: identifier(base, 'keywords'),
    ordered: new Map(ordered.map(([name]) => [name, identifier('field', name)])),
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
