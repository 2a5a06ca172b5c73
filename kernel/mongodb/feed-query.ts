import type { Filter } from 'mongodb';
import type { FeedDefinition, FeedQuery, FeedReadQuery } from '../feeds/feeds';
import type { Condition } from '../read-models/read-models';
import { isSelective, type FeedDocument } from './feed-documents';
import { conditionOn } from './view-query';

type Conditions = Filter<FeedDocument>;

/**
 * The entries that meet a query's conditions. With a word that few have, these are found by it; else the feed is walked, which finds what many have soon.
 * @throws {TypeError} for a field that the feed doesn't have.
 */
const matching = (definition: FeedDefinition<never>, { owner, where = [], after = 0, before = Infinity }: FeedQuery & { before?: number }): Conditions => {
  const conditions = where.map((condition) => conditionOn(definition.fields, condition));
  const place = isFoundByWord(definition, where)
    ? { '_id.owner': owner, '_id.number': { $gt: after, $lt: before } }
    : { _id: { $gt: { owner, number: after }, $lt: { owner, number: before } } };
  return { $and: [place as Conditions, ...conditions] };
};

export const feedCountFilter = matching;

export const feedReading = (definition: FeedDefinition<never>, query: FeedReadQuery): { filter: Conditions; sort: Record<string, 1 | -1> } => {
  const step = query.direction === 'ascending' ? 1 : -1;
  const sort: Record<string, 1 | -1> = isFoundByWord(definition, query.where ?? []) ? { '_id.number': step } : { _id: step };
  return { filter: matching(definition, query), sort };
};

const isFoundByWord = ({ fields }: FeedDefinition<never>, where: readonly Condition[]): boolean => where.some(({ field }) => isSelective(fields, field));
