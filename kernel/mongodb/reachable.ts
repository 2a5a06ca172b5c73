import { MongoClient } from 'mongodb';

/** Asks once for a primary. @throws what is wrong, when none answers within `timeoutMs`, and when the server is no replica set. */
export const mongodbAnswers = async (url: string, timeoutMs: number): Promise<void> => {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: timeoutMs, connectTimeoutMS: timeoutMs, socketTimeoutMS: timeoutMs });
  try {
    const { setName, isWritablePrimary } = await client.db('admin').command({ hello: 1 });
    if (typeof setName !== 'string') throw new Error('It is no replica set');
    if (isWritablePrimary !== true) throw new Error(`${setName} has no primary yet`);
  } finally {
    await client.close();
  }
};
