import { hash } from 'node:crypto';
import type { ViewWrite } from '../read-models/read-models';
import { searchWords } from '../read-models/words';
import type { Connection } from './connection';
import type { ViewTables } from './view-tables';
import type { Unit } from './writer';

interface StoredRow extends Record<string, unknown> {
  number: number;
  sequence: number;
  keywords: string;
  words: string;
}

type Keyword = [field: string, keyword: string];

/** Writes one view's documents; the statements are made once. */
export class ViewWriting {
  readonly #tables: ViewTables;
  readonly #select: string;
  readonly #insert: string;
  readonly #update: string;
  readonly #insertKeywords: string;
  readonly #insertWords: string;

  constructor(tables: ViewTables) {
    const columns = [...tables.ordered.values()].map(({ column }) => column);
    this.#tables = tables;
    this.#select = `SELECT number, sequence, keywords, words FROM ${tables.documents} WHERE lab = ? AND id = ?`;
    this.#insert = `INSERT INTO ${tables.documents} (${['sequence', 'document', 'keywords', 'words', ...columns, 'lab', 'id'].join(', ')})
      VALUES (${Array.from({ length: columns.length + 6 }, () => '?').join(', ')}) RETURNING number`;
    this.#update = `UPDATE ${tables.documents} SET ${['sequence', 'document', 'keywords', 'words', ...columns].map((column) => `${column} = ?`).join(', ')} WHERE number = ?`;
    this.#insertKeywords = `INSERT OR IGNORE INTO ${tables.keywords} (field, keyword, lab, number) SELECT value ->> 0, value ->> 1, ?, ? FROM json_each(?)`;
    this.#insertWords = `INSERT INTO ${tables.words} (rowid, words) VALUES (?, ?)`;
  }

  /** Whether it counted: it doesn't when what is there is as new. */
  write(connection: Connection, unit: Unit, { lab, id, sequence, document }: ViewWrite): boolean {
    const stored = connection.get<StoredRow>(this.#select, lab, id);
    if (stored && stored.sequence >= sequence) return false;
    const keywords = this.#keywordsOf(document);
    const words = this.#wordsOf(document);
    const row = { keywords: JSON.stringify(keywords), words: words === '' ? '' : hash('sha1', words, 'base64') };
    const values = [sequence, document === null ? null : JSON.stringify(document), row.keywords, row.words, ...this.#orderedValues(document)];
    const number = stored?.number ?? connection.get<{ number: number }>(this.#insert, ...values, lab, id)?.number;
    if (number === undefined) throw new Error(`No row was made for ${id}`);
    if (stored) connection.run(this.#update, ...values, number);
    if (stored?.keywords !== row.keywords) this.#writeKeywords(connection, lab, number, stored, keywords);
    if ((stored?.words ?? '') !== row.words) {
      const hadWords = stored !== undefined && stored.words !== '';
      // The index makes a new segment whenever it is flushed, and every savepoint flushes it: so it is written once, before the commit.
      unit.defer(() => {
        if (hadWords) connection.run(`DELETE FROM ${this.#tables.words} WHERE rowid = ?`, number);
        if (words !== '') connection.run(this.#insertWords, number, words);
      });
    }
    return true;
  }

  #writeKeywords(connection: Connection, lab: string, number: number, stored: StoredRow | undefined, keywords: readonly Keyword[]): void {
    const { keywords: table } = this.#tables;
    for (const [field, keyword] of stored ? (JSON.parse(stored.keywords) as Keyword[]) : []) {
      connection.run(`DELETE FROM ${table} WHERE field = ? AND keyword = ? AND lab = ? AND number = ?`, field, keyword, lab, number);
    }
    if (keywords.length > 0) connection.run(this.#insertKeywords, lab, number, JSON.stringify(keywords));
  }

  #keywordsOf(document: unknown): Keyword[] {
    if (document === null) return [];
    return Object.entries(this.#tables.definition.fields).flatMap(([name, field]) =>
      (field.kind === 'keywords' ? field.of(document as never).map((keyword): Keyword => [name, keyword]) : []));
  }

  #orderedValues(document: unknown): (string | number | null)[] {
    return [...this.#tables.ordered.keys()].map((name) => {
      const field = this.#tables.definition.fields[name];
      return document === null || !field || field.kind === 'keywords' ? null : field.of(document as never);
    });
  }

  #wordsOf(document: unknown): string {
    if (document === null) return '';
    return (this.#tables.definition.search?.(document as never) ?? []).flatMap(searchWords).join(' ');
  }
}
