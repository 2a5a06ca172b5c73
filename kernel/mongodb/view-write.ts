import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { foldWrites } from '../event-sourcing/handling-loop/fold-writes';
import type { ViewDefinition, ViewWrite } from '../read-models/read-models';
import { duplicatesOf } from './duplicates';
import { viewDocumentOf, type ViewDocument } from './view-documents';

/**
 * Writes one view's documents. The guard stands in the write's own filter, so that whoever is late, or does the same again, changes nothing. What is at its
 * first sequence is inserted, which costs the server a fraction of a guarded write: where something is there, it is as new.
 */
export const writeView = async (collection: Collection<ViewDocument>, definition: ViewDefinition<never>, writes: readonly ViewWrite[]): Promise<void> => {
  const first: ViewDocument[] = [];
  const later: ViewDocument[] = [];
  for (const write of foldWrites(writes)) (write.sequence === 1 ? first : later).push(viewDocumentOf(definition, write));
  await Promise.all([
    first.length > 0 && duplicatesOf(() => collection.insertMany(first, { ordered: false })),
    later.length > 0 && replaceOlder(collection, later),
  ]);
};

/** An upsert that meets its own id has found what its filter leaves out, or what came between its look and its insert: the latter may be older. */
const replaceOlder = async (collection: Collection<ViewDocument>, documents: readonly ViewDocument[]): Promise<void> => {
  const there = await duplicatesOf(() => collection.bulkWrite(documents.map((document) => replacement(document, true)), { ordered: false }));
  if (there.length === 0) return;
  await collection.bulkWrite(there.map((index) => replacement(documents[index] as ViewDocument, false)), { ordered: false });
};

const replacement = ({ _id, ...document }: ViewDocument, upsert: boolean): AnyBulkWriteOperation<ViewDocument> =>
  ({ replaceOne: { filter: { _id, sequence: { $lt: document.sequence } }, replacement: document, upsert } });
