import { fieldNamed } from '../read-models/conditions';
import type { Condition, KeysetPosition, ViewPageQuery, ViewQuery } from '../read-models/read-models';
import { searchedWords } from '../read-models/words';
import type { ViewTables } from './view-tables';

/** A piece of SQL and what fills its placeholders. */
export interface Clause {
  sql: string;
  parameters: (string | number | null)[];
}

/** Whether a query for numbers of documents finds so few of them that they are the place to begin. */
export type IsFew = (numbers: Clause) => boolean;

/**
 * What has to hold for a document to be in a query's result. Where a condition leaves few, these are looked at one by one; else an index of the lab
 * is walked, and each document on the way is checked. SQLite can't choose by itself: it knows no frequencies of words.
 * @throws {TypeError} for a field that the view doesn't have.
 */
export const matching = (tables: ViewTables, { lab, where = [], search = '' }: ViewQuery, isFew: IsFew): Clause[] => {
  const conditions = [...where.map((condition) => conditionOf(tables, lab, condition, isFew)), ...searchCondition(tables, search, isFew)];
  return [
    { sql: 'document IS NOT NULL', parameters: [] },
    // With a plus, no index is taken for it.
    ...(lab === undefined ? [] : [{ sql: `${conditions.some(({ leavesFew }) => leavesFew) ? '+' : ''}lab = ?`, parameters: [lab] }]),
    ...conditions.map(({ clause }) => clause),
  ];
};

interface FilterCondition {
  clause: Clause;
  leavesFew: boolean;
}

const conditionOf = (tables: ViewTables, lab: string | undefined, condition: Condition, isFew: IsFew): FilterCondition => {
  const { kind } = fieldNamed(tables.definition.fields, condition.field);
  if ('anyOf' in condition) {
    if (kind !== 'keywords') throw new TypeError(`${condition.field} has no keywords`);
    const numbers: Clause = {
      sql: `SELECT number FROM ${tables.keywords} WHERE field = ? AND keyword IN (SELECT value FROM json_each(?)) AND lab = ${lab === undefined ? `${tables.documents}.lab` : '?'}`,
      parameters: [condition.field, JSON.stringify(condition.anyOf), ...(lab === undefined ? [] : [lab])],
    };
    if (isFew(numbers)) return { clause: { ...numbers, sql: `number IN (${numbers.sql})` }, leavesFew: true };
    return { clause: { ...numbers, sql: `EXISTS (${numbers.sql} AND number = ${tables.documents}.number)` }, leavesFew: false };
  }
  const column = tables.ordered.get(condition.field)?.column;
  if (column === undefined) throw new TypeError(`${condition.field} has no order`);
  return { clause: rangeClause(column, condition), leavesFew: false };
};

const searchCondition = ({ definition, words }: ViewTables, search: string, isFew: IsFew): FilterCondition[] => {
  const asked = searchedWords(search);
  if (asked.length === 0) return [];
  if (!definition.search) throw new TypeError(`${definition.name} can't be searched`);
  // Words hold letters and digits only; quoted, none of them is an operator of the query language.
  const numbers: Clause = { sql: `SELECT rowid FROM ${words} WHERE ${words} MATCH ?`, parameters: [asked.map((word) => `"${word}"*`).join(' ')] };
  return [{ clause: { ...numbers, sql: `number IN (${numbers.sql})` }, leavesFew: isFew(numbers) }];
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
export const halfQuery = (tables: ViewTables, query: ViewPageQuery, half: Half, isBackwards: boolean, limit: number, isFew: IsFew): Clause | undefined => {
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
    ...matching(tables, query, isFew),
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
