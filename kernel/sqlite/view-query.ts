import { fieldNamed } from '../read-models/conditions';
import type { Condition, KeysetPosition, ViewPageQuery, ViewQuery } from '../read-models/read-models';
import { searchWords } from '../read-models/words';
import type { ViewTables } from './view-tables';

/** A piece of SQL and what fills its placeholders. */
export interface Clause {
  sql: string;
  parameters: (string | number | null)[];
}

/** What has to hold for a document to be in a query's result. @throws {TypeError} for a field that the view doesn't have. */
export const matching = (tables: ViewTables, { lab, where = [], search = '' }: ViewQuery): Clause[] => {
  const words = searchWords(search);
  if (words.length > 0 && !tables.definition.search) throw new TypeError(`${tables.definition.name} can't be searched`);
  return [
    { sql: 'document IS NOT NULL', parameters: [] },
    ...(lab === undefined ? [] : [{ sql: 'lab = ?', parameters: [lab] }]),
    ...where.map((condition) => conditionClause(tables, lab, condition)),
    // Words hold letters and digits only; quoted, none of them is an operator of the query language.
    ...(words.length === 0 ? [] : [{
      sql: `number IN (SELECT rowid FROM ${tables.words} WHERE ${tables.words} MATCH ?)`, parameters: [words.map((word) => `"${word}"*`).join(' ')],
    }]),
  ];
};

const conditionClause = (tables: ViewTables, lab: string | undefined, condition: Condition): Clause => {
  const { kind } = fieldNamed(tables.definition.fields, condition.field);
  if ('anyOf' in condition) {
    if (kind !== 'keywords') throw new TypeError(`${condition.field} has no keywords`);
    return {
      sql: `number IN (SELECT number FROM ${tables.keywords} WHERE field = ? AND keyword IN (SELECT value FROM json_each(?))${lab === undefined ? '' : ' AND lab = ?'})`,
      parameters: [condition.field, JSON.stringify(condition.anyOf), ...(lab === undefined ? [] : [lab])],
    };
  }
  const column = tables.ordered.get(condition.field)?.column;
  if (column === undefined) throw new TypeError(`${condition.field} has no order`);
  return rangeClause(column, condition);
};

export const rangeClause = (column: string, { from, to }: { from?: string | number; to?: string | number }): Clause => joined([
  { sql: `${column} IS NOT NULL`, parameters: [] },
  ...(from === undefined ? [] : [{ sql: `${column} >= ?`, parameters: [from] }]),
  ...(to === undefined ? [] : [{ sql: `${column} <= ?`, parameters: [to] }]),
]);

export const joined = (clauses: readonly Clause[]): Clause => ({
  sql: clauses.map(({ sql }) => sql).join(' AND '),
  parameters: clauses.flatMap(({ parameters }) => parameters),
});

/**
 * One half of an order: the documents with a value in the ordering field, or those behind them, without one. Each is read along the index;
 * a null in the middle of one query would cost a sort of everything.
 */
export type Half = 'values' | 'nulls';

/** Reads one half within the query's bounds; undefined when they leave nothing of it. `isBackwards`: from its end. */
export const halfQuery = (tables: ViewTables, query: ViewPageQuery, half: Half, isBackwards: boolean, limit: number): Clause | undefined => {
  const { field, direction } = query.orderBy;
  const ordered = tables.ordered.get(field);
  if (!ordered) throw new TypeError(`${field} has no order`);
  const isAscending = (direction === 'ascending') !== isBackwards;
  const bounds = [
    bound(ordered.column, half, query.after, 'after', direction === 'ascending' ? '>' : '<'),
    bound(ordered.column, half, query.before, 'before', direction === 'ascending' ? '<' : '>'),
  ];
  if (bounds.includes('nothing')) return undefined;
  const where = joined([
    ...matching(tables, query),
    { sql: `${ordered.column} IS ${half === 'nulls' ? '' : 'NOT '}NULL`, parameters: [] },
    ...bounds.filter((each) => typeof each === 'object'),
  ]);
  const keys = half === 'nulls' ? ['id'] : [ordered.column, 'id'];
  return {
    // Without a lab there is no other way to find documents in order than to walk the index, which holds no tombstones.
    sql: `SELECT id, document, ${ordered.column} AS value FROM ${tables.documents}${query.lab === undefined ? ` INDEXED BY ${ordered.index}` : ''}
      WHERE ${where.sql} ORDER BY ${keys.map((key) => `${key} ${isAscending ? 'ASC' : 'DESC'}`).join(', ')} LIMIT ?`,
    parameters: [...where.parameters, limit],
  };
};

const bound = (column: string, half: Half, place: KeysetPosition | undefined, side: 'after' | 'before', operator: '<' | '>'): Clause | 'nothing' | 'all' => {
  if (!place) return 'all';
  if (half === 'values') {
    if (place.value === null) return side === 'after' ? 'nothing' : 'all';
    return { sql: `(${column}, id) ${operator} (?, ?)`, parameters: [place.value, place.id] };
  }
  if (place.value !== null) return side === 'after' ? 'all' : 'nothing';
  return { sql: `id ${operator} ?`, parameters: [place.id] };
};
