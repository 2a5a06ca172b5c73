import type { ViewDefinition } from '../read-models/read-models';
import type { Connection } from './connection';
import { identifier } from './identifier';

/** Names of what the database has for one view. */
export interface ViewTables {
  service: string;
  definition: ViewDefinition<never>;
  documents: string;
  keywords: string;
  words: string;
  /** Fields with an order, each with its column and the index by which it is read in order. */
  ordered: ReadonlyMap<string, { column: string; index: string }>;
}

export const viewTables = (service: string, definition: ViewDefinition<never>): ViewTables => {
  const base = `${service}_view_${definition.name}`;
  const ordered = Object.entries(definition.fields).filter(([, { kind }]) => kind !== 'keywords');
  return {
    service,
    definition,
    documents: identifier(base),
    keywords: identifier(base, 'keywords'),
    words: identifier(base, 'words'),
    ordered: new Map(ordered.map(([name]) => [name, { column: identifier('field', name), index: identifier(base, 'by', name) }])),
  };
};

export const createViewVersionsTable = (connection: Connection): void => {
  connection.exec(`
    CREATE TABLE IF NOT EXISTS view_versions (service TEXT NOT NULL, view TEXT NOT NULL, form TEXT NOT NULL, isRebuilt INTEGER NOT NULL, PRIMARY KEY (service, view)) STRICT, WITHOUT ROWID`);
};

/** Makes a view's tables. Those of another version or form are dropped: their documents have to be built anew. */
export const createViewTables = (connection: Connection, tables: ViewTables): void => {
  const { service, definition } = tables;
  const form = formOf(definition);
  const stored = connection.get<{ form: string }>('SELECT form FROM view_versions WHERE service = ? AND view = ?', service, definition.name);
  if (stored?.form === form) return;
  connection.exec(`DROP TABLE IF EXISTS ${tables.documents}; DROP TABLE IF EXISTS ${tables.keywords}; DROP TABLE IF EXISTS ${tables.words}`);
  connection.exec(creation(tables));
  connection.run('INSERT OR REPLACE INTO view_versions (service, view, form, isRebuilt) VALUES (?, ?, ?, 0)', service, definition.name, form);
};

/**
 * `keywords` and `words` say what the side tables hold for a document, so that they are written only when that changes. Indexes contain
 * documents only, no tombstones: these stay for ever and are looked up by id alone. Words come to the full-text index in lower case and
 * without accents already; its `ascii` tokenizer takes them as they are, and no other idea of what a letter is can split one.
 */
const creation = ({ definition, documents, keywords, words, ordered }: ViewTables): string => {
  const columns = [...ordered].map(([name, { column }]) => `, ${column} ${definition.fields[name]?.kind === 'number' ? 'REAL' : 'TEXT'}`);
  const indexes = [...ordered.values()].map(({ column, index }) => `CREATE INDEX ${index} ON ${documents} (lab, ${column}, id) WHERE document IS NOT NULL;`);
  return `
    CREATE TABLE ${documents} (
      number INTEGER PRIMARY KEY, lab TEXT NOT NULL, id TEXT NOT NULL, sequence INTEGER NOT NULL, document TEXT,
      keywords TEXT NOT NULL, words TEXT NOT NULL${columns.join('')}, UNIQUE (lab, id)
    ) STRICT;
    ${indexes.join('\n')}
    CREATE TABLE ${keywords} (field TEXT NOT NULL, keyword TEXT NOT NULL, lab TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (field, keyword, lab, number)) STRICT, WITHOUT ROWID;
    CREATE VIRTUAL TABLE ${words} USING fts5(words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');`;
};

/** What decides whether stored documents can be served: the version, and what the tables look like. */
const formOf = ({ version, fields, search }: ViewDefinition<never>): string =>
  JSON.stringify([version, Object.entries(fields).map(([name, { kind }]) => [name, kind]), search !== undefined]);
