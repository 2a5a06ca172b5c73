import type { Document, Filter } from 'mongodb';
import { fieldNamed } from '../read-models/conditions';
import type { Condition, KeysetPosition, ViewDefinition, ViewPageQuery, ViewQuery } from '../read-models/read-models';
import { searchedWords } from '../read-models/words';
import { fieldPath, type ViewDocument } from './view-documents';

type Conditions = Filter<ViewDocument>;

/** Comes behind every letter and digit, and is none itself: what begins with a prefix comes before the prefix with this behind it. */
const LAST = '\u{10FFFF}';

/** What has to hold for a document to be in a query's result. @throws {TypeError} for a field that the view doesn't have. */
export const matching = (definition: ViewDefinition<never>, { lab, where = [], search = '' }: ViewQuery): Conditions[] => [
  { lab: lab ?? { $exists: true } },
  ...where.map((condition) => conditionOn(definition.fields, condition)),
  ...searchConditions(definition, search),
];

export const conditionOn = (fields: ViewDefinition<never>['fields'], condition: Condition): Document => {
  const { kind } = fieldNamed(fields, condition.field);
  const path = fieldPath(condition.field);
  if ('anyOf' in condition) {
    if (kind !== 'keywords') throw new TypeError(`${condition.field} has no keywords`);
    return { [path]: { $in: [...condition.anyOf] } };
  }
  if (kind === 'keywords') throw new TypeError(`${condition.field} has no order`);
  const { from = lowest(kind), to } = condition;
  // A range holds values of its own type alone, so that null is in none.
  return { [path]: { $gte: from, ...(to !== undefined && { $lte: to }) } };
};

const lowest = (kind: 'text' | 'number'): string | number => (kind === 'text' ? '' : -Infinity);

/** The longest word first: where only one of several can be looked up in an index, it leaves the fewest. */
const searchConditions = ({ name, search }: ViewDefinition<never>, text: string): Conditions[] => {
  const asked = searchedWords(text);
  if (asked.length === 0) return [];
  if (!search) throw new TypeError(`${name} can't be searched`);
  return asked.sort((a, b) => b.length - a.length).map((word) => ({ words: { $elemMatch: { $gte: word, $lt: `${word}${LAST}` } } }));
};

/** One half of an order: the documents with a value in the ordering field, or those behind them, without one. Each is read along the index. */
export type Half = 'values' | 'nulls';

/** How to read one half within a query's bounds. */
interface HalfQuery {
  filter: Conditions;
  sort: Record<string, 1 | -1>;
}

/** Undefined when the bounds leave nothing of the half. `isBackwards`: from its end. @throws {TypeError} for what the view doesn't have. */
export const halfQuery = (definition: ViewDefinition<never>, query: ViewPageQuery, half: Half, isBackwards: boolean): HalfQuery | undefined => {
  const { field, direction } = query.orderBy;
  const { kind } = fieldNamed(definition.fields, field);
  if (kind === 'keywords') throw new TypeError(`${field} has no order`);
  const path = fieldPath(field);
  const isAscending = direction === 'ascending';
  const bounds = [bound(path, half, query.after, 'after', isAscending ? '$gt' : '$lt'), bound(path, half, query.before, 'before', isAscending ? '$lt' : '$gt')];
  if (bounds.includes('nothing')) return undefined;
  const step = isAscending === isBackwards ? -1 : 1;
  return {
    filter: {
      $and: [
        ...matching(definition, query),
        { [path]: half === 'nulls' ? null : { $gte: lowest(kind) } },
        ...bounds.filter((each) => typeof each === 'object'),
      ],
    },
    sort: half === 'nulls' ? { id: step } : { [path]: step, id: step },
  };
};

const bound = (path: string, half: Half, place: KeysetPosition | undefined, side: 'after' | 'before', operator: '$gt' | '$lt'): Conditions | 'nothing' | 'all' => {
  if (!place) return 'all';
  if (half === 'values') {
    if (place.value === null) return side === 'after' ? 'nothing' : 'all';
    // Two stretches of the index, one behind the other, so that those with the same value aren't looked at in vain, however many there are. Where the
    // server takes a single one instead, the bound lets it begin at the value: else it would walk there from the index's end, and remember to.
    return { [path]: { [`${operator}e`]: place.value }, $or: [{ [path]: { [operator]: place.value } }, { [path]: place.value, id: { [operator]: place.id } }] };
  }
  if (place.value !== null) return side === 'after' ? 'all' : 'nothing';
  return { id: { [operator]: place.id } };
};
