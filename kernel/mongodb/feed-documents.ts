import type { Collection, Db, IndexDescription } from 'mongodb';
import type { FeedDefinition, NewFeedEntry } from '../feeds/feeds';
import type { ViewField } from '../read-models/read-models';
import { storedJson, type StoredJson } from './stored-json';
import { fieldPath } from './view-documents';

/** An entry of a feed. Its place is its id, so that the feed is read along the index that every collection has. */
export interface FeedDocument {
  _id: FeedPlace;
  key: string;
  entry: StoredJson;
  /** By name: a value, or null, or words. */
  fields: Record<string, string | number | null | readonly string[]>;
}

export interface FeedPlace {
  owner: string;
  number: number;
}

/** @throws {TypeError} for an owner or a key that is no Unicode text. */
export const feedDocumentOf = (definition: FeedDefinition<never>, { owner, key, entry }: NewFeedEntry, number: number): FeedDocument => {
  if (!owner.isWellFormed() || !key.isWellFormed()) throw new TypeError(`Not Unicode text: ${JSON.stringify([owner, key])}`);
  const fields: FeedDocument['fields'] = {};
  for (const name in definition.fields) fields[name] = (definition.fields[name] as ViewField<never>).of(entry as never);
  return { _id: { owner, number }, key, entry: storedJson(entry), fields };
};

/** What makes an entry come once, and for each selective word a way to what has it, in order. */
const feedIndexes = ({ fields }: FeedDefinition<never>): IndexDescription[] => [
  { key: { key: 1, '_id.owner': 1 }, unique: true },
  ...Object.keys(fields).filter((name) => isSelective(fields, name)).map((name) => ({ key: { '_id.owner': 1, [fieldPath(name)]: 1, '_id.number': 1 } as const })),
];

export const isSelective = (fields: FeedDefinition<never>['fields'], name: string): boolean => {
  const field = fields[name];
  return field?.kind === 'keywords' && field.isSelective === true;
};

export const openFeed = async (db: Db, definition: FeedDefinition<never>): Promise<Collection<FeedDocument>> => {
  const feed = db.collection<FeedDocument>(`feeds.${definition.name}`);
  await feed.createIndexes(feedIndexes(definition));
  return feed;
};
