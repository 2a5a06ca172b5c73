import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { foldWrites } from '../event-sourcing/handling-loop/fold-writes';
import type { ViewDefinition, ViewWrite } from '../read-models/read-models';
import { duplicatesOf } from './duplicates';
import { viewDocumentOf, type ViewDocument } from './view-documents';

/**
 * Writes one view's documents. The guard stands in the write's own filter, so that whoever is late, or does the same again, changes nothing. What is at its
 * first sequence is inserted, which costs the server a fraction of a guarded write: where something is there, it is as new. `isBeingBuilt`: so is
 * everything in a view that was begun empty.
 */
export const writeView = async (
  collection: Collection<ViewDocument>, definition: ViewDefinition<never>, writes: readonly ViewWrite[], isBeingBuilt: boolean,
): Promise<void> => {
  const fresh: ViewDocument[] = [];
  const later: ViewDocument[] = [];
  for (const write of foldWrites(writes)) (isBeingBuilt || write.sequence === 1 ? fresh : later).push(viewDocumentOf(definition, write));
  await Promise.all([
    fresh.length > 0 && insertFresh(collection, fresh),
    later.length > 0 && replaceOrInsert(collection, later),
  ]);
};

const insertFresh = async (collection: Collection<ViewDocument>, documents: readonly ViewDocument[]): Promise<void> => {
  const there = await duplicatesOf(() => collection.insertMany(documents, { ordered: false }));
  await replaceOlder(collection, there.map((index) => documents[index] as ViewDocument).filter(({ sequence }) => sequence > 1));
};

/** An upsert that meets its own id has found what its filter leaves out, or what came between its look and its insert: the latter may be older. */
const replaceOrInsert = async (collection: Collection<ViewDocument>, documents: readonly ViewDocument[]): Promise<void> => {
  const there = await duplicatesOf(() => collection.bulkWrite(documents.map((document) => replacement(document, true)), { ordered: false }));
  await replaceOlder(collection, there.map((index) => documents[index] as ViewDocument));
};

/** What was there once is there for ever, if only as a tombstone: so no upsert is needed. */
const replaceOlder = async (collection: Collection<ViewDocument>, documents: readonly ViewDocument[]): Promise<void> => {
  if (documents.length > 0) await collection.bulkWrite(documents.map((document) => replacement(document, false)), { ordered: false });
};

const replacement = ({ _id, ...document }: ViewDocument, upsert: boolean): AnyBulkWriteOperation<ViewDocument> =>
  ({ replaceOne: { filter: { _id, sequence: { $lt: document.sequence } }, replacement: document, upsert } });
