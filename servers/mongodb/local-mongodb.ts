import { initiateReplicaSet } from '@test-planning/kernel/mongodb';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheDirectory } from '../cache-directory';
import { definitions } from '../definitions';
import { startDetached } from '../processes/detached';
import { endProcess } from '../processes/end-process';
import { freePort, LOCALHOST } from '../processes/free-port';
import type { StartedServer } from '../server';
import { ServersError } from '../servers-error';
import { untilAnswers } from '../until-answers';
import { installMongod, MONGOD_VERSION } from './mongod';

const REPLICA_SET = 'rs0';
const WIRED_TIGER_CACHE_GB = '0.5';
const START_MS = 60_000;
const STOP_MS = 20_000;

/** A replica set of one on this machine, downloaded at the first time; its data are those of the last time. @throws {ServersError} */
export const startLocalMongodb = async (cache: CacheDirectory): Promise<StartedServer> => {
  const binary = cache.download(`mongod-${MONGOD_VERSION}`);
  await installMongod(binary);
  const { root, data, logs } = cache.server('mongodb');
  await mkdir(data, { recursive: true });
  const port = await freePort(definitions.mongodb.usualPort);
  const settings = ['--dbpath', data, '--bind_ip', LOCALHOST, '--port', String(port), '--replSet', REPLICA_SET, '--wiredTigerCacheSizeGB', WIRED_TIGER_CACHE_GB, '--nounixsocket', '--quiet'];
  const { identity, ended } = await startDetached(join(binary, 'mongod'), settings, { cwd: root, output: join(logs, 'mongod.log') });
  const host = `${LOCALHOST}:${port}`;
  const address = `mongodb://${host}/?replicaSet=${REPLICA_SET}`;
  try {
    await untilAnswers({ answers: () => initiateReplicaSet(host, REPLICA_SET) }, host, START_MS, ended);
    await untilAnswers(definitions.mongodb, address, START_MS, ended);
  } catch (error) {
    await endProcess(identity, STOP_MS);
    throw error instanceof ServersError ? error : new ServersError(`mongod was started and does not answer on ${host}: see ${logs}/mongod.log`, { cause: error });
  }
  return { kind: 'process', process: identity, address, version: MONGOD_VERSION, since: new Date().toISOString(), logs, data };
};
