import { BSON, MongoClient, type ClientSession, type Document, type IndexDescription } from 'mongodb';
import { newId } from '../messaging/ids';

/** A collection of one of the databases under a prefix, without its documents. */
interface CollectionParts {
  /** Without the prefix. */
  database: string;
  name: string;
  indexes: Document[];
}

/** Of a snapshot: a collection, or a document (as BSON) of the collection that was named last. */
export type SnapshotPart = CollectionParts | Uint8Array;

const BATCH = 500;

/** What the documents of a batch take at most, up to the last of them; a message to the server has to stay below 48 MB. */
const BATCH_BYTES = 16 * 1024 * 1024;

const databasesOf = async (client: MongoClient, prefix: string): Promise<string[]> => {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  return databases.map(({ name }) => name).filter((name) => name.startsWith(`${prefix}-`)).sort();
};

/**
 * All documents of all databases under a prefix, as they are at one moment; processes may go on. MongoDB keeps that moment for five minutes by default
 * (`minSnapshotHistoryWindowInSeconds`); reading for longer rejects with the server's SnapshotTooOld error.
 */
export async function* readSnapshot(url: string, databasePrefix: string): AsyncGenerator<SnapshotPart> {
  const client = new MongoClient(url);
  let session: ClientSession | undefined;
  try {
    session = client.startSession({ snapshot: true });
    for (const database of await databasesOf(client, databasePrefix)) {
      const db = client.db(database);
      for (const { name } of await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray()) {
        yield { database: database.slice(databasePrefix.length + 1), name, indexes: await db.collection(name).listIndexes().toArray() as Document[] };
        yield* db.collection(name).find({}, { session, raw: true }) as AsyncIterable<unknown> as AsyncIterable<Uint8Array>;
      }
    }
  } finally {
    await session?.endSession();
    await client.close();
  }
}

/**
 * Replaces all databases under a prefix by what a snapshot holds. No process may work on them. The feeds begin new epochs: cursors from before are refused.
 * One that is interrupted leaves a part of the databases, and has to be done again.
 */
export const refill = async (url: string, databasePrefix: string, parts: AsyncIterable<SnapshotPart>): Promise<void> => {
  const client = new MongoClient(url, { writeConcern: { w: 'majority', journal: true }, ignoreUndefined: false });
  try {
    for (const name of await databasesOf(client, databasePrefix)) await client.db(name).dropDatabase();
    let into: { database: string; name: string } | undefined;
    let batch: Document[] = [];
    let bytes = 0;
    const insert = async (): Promise<void> => {
      if (into && batch.length > 0) await client.db(into.database).collection(into.name).insertMany(batch);
      batch = [];
      bytes = 0;
    };
    for await (const part of parts) {
      if (part instanceof Uint8Array) {
        // Numbers keep their type: a double stays one, also where its value is an integer.
        batch.push(BSON.deserialize(part, { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true }));
        bytes += part.length;
        if (batch.length >= BATCH || bytes >= BATCH_BYTES) await insert();
      } else {
        await insert();
        into = { database: `${databasePrefix}-${part.database}`, name: part.name };
        const collection = await client.db(into.database).createCollection(into.name);
        const indexes = part.indexes.filter(({ name }) => name !== '_id_') as IndexDescription[];
        if (indexes.length > 0) await collection.createIndexes(indexes);
      }
    }
    await insert();
    for (const name of await databasesOf(client, databasePrefix)) await client.db(name).collection<{ _id: string }>('epochs').updateMany({}, { $set: { epoch: newId() } });
  } finally {
    await client.close();
  }
};
