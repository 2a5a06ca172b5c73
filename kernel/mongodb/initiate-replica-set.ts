import { MongoClient, MongoServerError, type Document } from 'mongodb';

const NOT_YET_INITIALIZED = 94;
const TIMEOUT_MS = 5_000;

const ask = async (client: MongoClient, command: Document): Promise<Document | undefined> => {
  try {
    return await client.db('admin').command(command);
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
};

const assertProcess = async (client: MongoClient, host: string, pid: number): Promise<void> => {
  const { pid: answering } = await client.db('admin').command({ serverStatus: 1 });
  if (Number(answering) !== pid) throw new Error(`The mongod on ${host} is process ${String(answering)}, not ${pid}`);
};

/**
 * Makes a mongod that was started with `--replSet <name>` a replica set of one at `host` (`127.0.0.1:27017`), or tells the one that it
 * already is that it lives at this host now: its data may have been somewhere else the last time. Does nothing a second time.
 *
 * @param pid the process that is meant: another one may have been faster to take the port, and is left as it is
 * @throws when it can't be reached, or is another process
 */
export const initiateReplicaSet = async (host: string, name: string, pid: number): Promise<void> => {
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, { serverSelectionTimeoutMS: TIMEOUT_MS, connectTimeoutMS: TIMEOUT_MS });
  try {
    await assertProcess(client, host, pid);
    const current = await ask(client, { replSetGetConfig: 1 });
    if (!current) {
      await client.db('admin').command({ replSetInitiate: { _id: name, members: [{ _id: 0, host }] } });
      return;
    }
    const { config } = current as { config: { version: number; members: { host: string }[] } };
    if (config.members[0]?.host === host) return;
    // Forced, because under its old name it finds itself no longer and is no primary.
    const members = config.members.slice(0, 1).map((member) => ({ ...member, host }));
    await client.db('admin').command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
  } finally {
    await client.close();
  }
};
