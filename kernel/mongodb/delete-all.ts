import { MongoClient } from 'mongodb';

/** Drops every database whose name begins with the prefix and a hyphen: what a system under this prefix leaves behind. */
export const deleteMongodbData = async (url: string, databasePrefix: string): Promise<void> => {
  if (databasePrefix === '') throw new RangeError('Without a prefix everything would be deleted');
  const client = new MongoClient(url);
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    for (const { name } of databases) if (name.startsWith(`${databasePrefix}-`)) await client.db(name).dropDatabase();
  } finally {
    await client.close();
  }
};
