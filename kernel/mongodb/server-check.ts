import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient, MongoServerError, type MongoOptions } from 'mongodb';
import { UnavailableError } from '../health/unavailable-error';
import type { Logger } from '../telemetry/logger';
import { available, MONGODB } from './unavailable';

/** MongoDB is there, or named, in a way that can't do; waiting doesn't help. */
export class MongodbSetupError extends Error {
  override readonly name = 'MongodbSetupError';
}

/** https://github.com/mongodb/mongo/blob/master/src/mongo/db/wire_version.h: 17 came with 6.0. */
const OLDEST = { wireVersion: 17, name: '6.0' };
const AUTHENTICATION_FAILED = 18;
const EVERY_MS = 1_000;

/** What a server says of itself. */
interface Hello {
  setName?: string;
  /** It was started as a member of a set that is not initiated yet. */
  isreplicaset?: boolean;
  maxWireVersion: number;
}

/**
 * Waits until there is a primary: processes may start before the servers they stand on.
 * @throws {MongodbSetupError} for what waiting doesn't mend.
 */
export const awaitServer = async (client: MongoClient, logger: Logger): Promise<void> => {
  const hosts = hostsOf(client.options);
  try {
    await retrying(logger, `Waiting for ${MONGODB} at ${hosts.join(', ')}`, async () => {
      // One that failed to connect has to be told to try again.
      await client.connect();
      // The first to need the credentials.
      await client.db('admin').command({ ping: 1 });
      checkServer(await client.db('admin').command({ hello: 1 }) as unknown as Hello, hosts.join(', '));
    }, () => checkAlone(client.options));
  } catch (error) {
    throw asSetupError(error, hosts);
  }
};

/** Does again, from the start, what can't be done because of the servers, saying what is waited for; `meanwhile` looks whether that makes sense. */
export const retrying = async <T>(logger: Logger, what: string, work: () => Promise<T>, meanwhile?: () => Promise<void>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await available(work);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      await meanwhile?.();
      logger.warn({ reason: error.message, attempt }, what);
      await delay(EVERY_MS);
    }
  }
};

const checkServer = ({ setName, maxWireVersion }: Hello, hosts: string): void => {
  if (maxWireVersion < OLDEST.wireVersion) throw new MongodbSetupError(`${MONGODB} at ${hosts} is older than ${OLDEST.name}, the oldest version that will do`);
  if (setName === undefined) throw new MongodbSetupError(noReplicaSet(hosts));
};

const noReplicaSet = (host: string): string =>
  `${MONGODB} at ${host} is no replica set; without one it tells of no changes and waits for no majority. Start it with --replSet and initiate it; one member is enough`;

/** A driver that was given a set's name waits for ever for a server that is in none or in another; so each is asked by itself. */
const checkAlone = async (options: MongoOptions): Promise<void> => {
  if (!options.replicaSet) return;
  for (const host of hostsOf(options)) {
    const hello = await greet(host, options);
    if (!hello) continue;
    if (hello.setName === undefined && hello.isreplicaset !== true) throw new MongodbSetupError(noReplicaSet(host));
    if (hello.setName !== undefined && hello.setName !== options.replicaSet) {
      throw new MongodbSetupError(`${MONGODB} at ${host} belongs to the replica set ${hello.setName}, and the URL names ${options.replicaSet}`);
    }
  }
};

/** A greeting needs no credentials; undefined when there is no answer. */
const greet = async (host: string, { tls }: MongoOptions): Promise<Hello | undefined> => {
  const client = new MongoClient(`mongodb://${host}`, { directConnection: true, tls, serverSelectionTimeoutMS: EVERY_MS, connectTimeoutMS: EVERY_MS, socketTimeoutMS: EVERY_MS });
  try {
    return await available(() => client.db('admin').command({ hello: 1 })) as unknown as Hello;
  } catch (error) {
    if (error instanceof UnavailableError) return undefined;
    throw error;
  } finally {
    await client.close();
  }
};

const asSetupError = (error: unknown, hosts: readonly string[]): unknown =>
  (error instanceof MongoServerError && error.code === AUTHENTICATION_FAILED
    ? new MongodbSetupError(`${MONGODB} at ${hosts.join(', ')} doesn't accept the credentials in its URL`, { cause: error })
    : error);

const hostsOf = ({ hosts }: MongoOptions): string[] => hosts.map((host) => host.toString());
