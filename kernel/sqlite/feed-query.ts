import type { FeedQuery, FeedReadQuery } from '../feeds/feeds';
import { fieldNamed } from '../read-models/conditions';
import type { Condition } from '../read-models/read-models';
import type { FeedTables } from './feed-tables';
import { joined, rangeClause, type Clause } from './view-query';

type KeywordCondition = Extract<Condition, { anyOf: readonly string[] }>;

/** Counts the entries that meet a query's conditions. @throws {TypeError} for a field that the feed doesn't have. */
export const feedCountQuery = (tables: FeedTables, { owner, where = [], after = 0 }: FeedQuery): Clause => {
  const matching = joined([
    { sql: 'owner = ? AND number > ?', parameters: [owner, after] },
    ...where.map((condition): Clause => {
      if (!hasKeywords(tables, condition)) return orderedClause(tables, condition);
      const numbers = numbersOf(tables, owner, condition);
      return { sql: `number IN (${numbers.sql} AND number > ?)`, parameters: [...numbers.parameters, after] };
    }),
  ]);
  return { ...matching, sql: `SELECT count(*) AS count FROM ${tables.entries} WHERE ${matching.sql}` };
};

/** Reads the entries that meet a query's conditions, in its order. @throws {TypeError} for a field that the feed doesn't have. */
export const feedReadQuery = (tables: FeedTables, query: FeedReadQuery): Clause => {
  const { owner, where = [], after = 0, before = Number.MAX_SAFE_INTEGER, direction, limit } = query;
  const keywords = where.filter((condition) => hasKeywords(tables, condition));
  const matching = joined([
    { sql: 'owner = ? AND entries.number > ? AND entries.number < ?', parameters: [owner, after, before] },
    ...where.filter((condition) => !hasKeywords(tables, condition)).map((condition) => orderedClause(tables, condition)),
    ...keywords.map((condition): Clause => {
      const numbers = numbersOf(tables, owner, condition);
      return { ...numbers, sql: `EXISTS (${numbers.sql} AND number = candidates.number)` };
    }),
  ]);
  if (keywords.length === 0) {
    return {
      sql: `SELECT number, entry FROM ${tables.entries} AS entries WHERE ${matching.sql} ORDER BY number ${direction === 'ascending' ? 'ASC' : 'DESC'} LIMIT ?`,
      parameters: [...matching.parameters, limit],
    };
  }
  const candidates = candidatesOf(tables, owner, keywords, direction, direction === 'ascending' ? [after, before] : [before, after]);
  return {
    // A cross join keeps to the candidates' order, and takes no more of them than the limit needs; to sort them would find all first.
    sql: `WITH RECURSIVE ${candidates.sql}
      SELECT entries.number, entry FROM candidates CROSS JOIN ${tables.entries} AS entries ON entries.number = candidates.number WHERE ${matching.sql} LIMIT ?`,
    parameters: [...candidates.parameters, ...matching.parameters, limit],
  };
};

/**
 * Numbers in order, among them all that meet the conditions: from each one, every condition tells its next, and whatever comes before the farthest
 * of these can't meet all. So no more is read than the rarest condition has, nor more than fills the limit, wherever in the feed that is.
 */
const candidatesOf = (
  tables: FeedTables, owner: string, conditions: readonly KeywordCondition[], direction: FeedReadQuery['direction'], [start, end]: [number, number],
): Clause => {
  const [beyond, within, nearest, farthest] = direction === 'ascending' ? ['>', '<', 'min', 'max'] : ['<', '>', 'max', 'min'];
  const next = conditions.map(({ field, anyOf }): Clause => ({
    sql: `(SELECT ${nearest}((
        SELECT ${nearest}(number) FROM ${tables.keywords} WHERE owner = ? AND field = ? AND keyword = asked.value AND number ${beyond} candidates.number
      )) FROM json_each(?) AS asked)`,
    parameters: [owner, field, JSON.stringify(anyOf)],
  }));
  const all = next.map(({ sql }) => sql).join(', ');
  return {
    // With one argument, these functions would be aggregates. Where a condition has no next, theirs is null, and ends it.
    sql: `candidates (number) AS (
        SELECT ? UNION ALL SELECT ${next.length === 1 ? all : `${farthest}(${all})`} FROM candidates WHERE number ${within} ?
      )`,
    parameters: [start, ...next.flatMap(({ parameters }) => parameters), end],
  };
};

const numbersOf = ({ keywords }: FeedTables, owner: string, { field, anyOf }: KeywordCondition): Clause => ({
  sql: `SELECT number FROM ${keywords} WHERE owner = ? AND field = ? AND keyword IN (SELECT value FROM json_each(?))`,
  parameters: [owner, field, JSON.stringify(anyOf)],
});

const hasKeywords = ({ definition }: FeedTables, condition: Condition): condition is KeywordCondition => {
  const { kind } = fieldNamed(definition.fields, condition.field);
  if (!('anyOf' in condition)) return false;
  if (kind !== 'keywords') throw new TypeError(`${condition.field} has no keywords`);
  return true;
};

const orderedClause = ({ ordered }: FeedTables, condition: Exclude<Condition, KeywordCondition>): Clause => {
  const column = ordered.get(condition.field);
  if (column === undefined) throw new TypeError(`${condition.field} has no order`);
  return rangeClause(column, condition);
};
