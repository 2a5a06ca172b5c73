import { initiateReplicaSet } from '@test-planning/kernel/mongodb';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheDirectory } from '../cache-directory';
import { definitions } from '../definitions';
import { startDetached } from '../processes/detached';
import { endProcess } from '../processes/end-process';
import { LOCALHOST, onFreePort } from '../processes/free-port';
import type { StartedServer } from '../server';
import { ServersError } from '../servers-error';
import { untilAnswers } from '../until-answers';
import { installMongod, MONGOD_VERSION } from './mongod';

const REPLICA_SET = 'rs0';
const WIRED_TIGER_CACHE_GB = '0.5';
const START_MS = 60_000;
const STOP_MS = 20_000;

const startOn = async (port: number, mongod: string, { root, data, logs }: ReturnType<CacheDirectory['server']>): Promise<StartedServer> => {
  const settings = ['--dbpath', data, '--bind_ip', LOCALHOST, '--port', String(port), '--replSet', REPLICA_SET, '--wiredTigerCacheSizeGB', WIRED_TIGER_CACHE_GB, '--nounixsocket', '--quiet'];
  const { identity, ended } = await startDetached(mongod, settings, { cwd: root, output: join(logs, 'mongod.log') });
  const host = `${LOCALHOST}:${port}`;
  const address = `mongodb://${host}/?replicaSet=${REPLICA_SET}`;
  try {
    await untilAnswers({ answers: () => initiateReplicaSet(host, REPLICA_SET, identity.pid) }, host, START_MS, ended);
    await untilAnswers(definitions.mongodb, address, START_MS, ended);
  } catch (error) {
    await endProcess(identity, STOP_MS);
    throw new ServersError(`mongod was started and does not answer on ${host}: see ${logs}/mongod.log. ${(error as Error).message}`, { cause: error });
  }
  return { kind: 'process', process: identity, address, version: MONGOD_VERSION, since: new Date().toISOString(), logs, data };
};

/** A replica set of one on this machine, downloaded at the first time; its data are those of the last time. @param port taken if it is free @throws {ServersError} */
export const startLocalMongodb = async (cache: CacheDirectory, port = definitions.mongodb.usualPort): Promise<StartedServer> => {
  const directory = cache.download(`mongod-${MONGOD_VERSION}`);
  await installMongod(directory);
  const places = cache.server('mongodb');
  await mkdir(places.data, { recursive: true });
  return onFreePort(port, (free) => startOn(free, join(directory, 'mongod'), places));
};
