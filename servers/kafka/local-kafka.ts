import { kafkaAnswers } from '@test-planning/kernel/kafka';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheDirectory } from '../cache-directory';
import { definitions } from '../definitions';
import { startDetached } from '../processes/detached';
import { endProcess } from '../processes/end-process';
import { freePort, LOCALHOST, onFreePort } from '../processes/free-port';
import { runTool } from '../processes/run-tool';
import type { StartedServer } from '../server';
import { ServersError } from '../servers-error';
import { untilAnswers } from '../until-answers';
import { installKafka, KAFKA_VERSION } from './jars';
import { kafkaLogSettings, kafkaSettings } from './settings';

const NEEDED_JAVA = 17;
const TOOL_MS = 60_000;
const START_MS = 60_000;
const STOP_MS = 20_000;
const noJava = `Kafka needs Java ${NEEDED_JAVA} or newer, and there is no \`java\` on the PATH (Debian: apt-get install openjdk-${NEEDED_JAVA}-jre-headless).`;

const checkJava = async (): Promise<void> => {
  const told = await runTool({ command: 'java', args: ['-version'], ifMissing: noJava, timeoutMs: TOOL_MS });
  const version = /version "(\d+)/.exec(told)?.[1];
  if (version === undefined || Number(version) < NEEDED_JAVA) throw new ServersError(`Kafka needs Java ${NEEDED_JAVA} or newer; \`java -version\` says: ${told.trim()}`);
};

/** Kafka writes the id of a cluster as a UUID in base64, without padding; one that begins with a dash would be taken for an option. */
const newClusterId = (): string => randomBytes(16).toString('base64url').replace(/^-/, 'A');

interface Installed {
  jars: string;
  root: string;
  data: string;
  logs: string;
}

const metaOf = (data: string): string => join(data, 'meta.properties');

/** Which cluster the data belong to; undefined before they are formatted. */
const clusterIdOf = async (data: string): Promise<string | undefined> => {
  if (!existsSync(metaOf(data))) return undefined;
  return /^cluster\.id=(.*)$/m.exec(await readFile(metaOf(data), 'utf8'))?.[1];
};

const startOn = async (port: number, { jars, root, data, logs }: Installed): Promise<StartedServer> => {
  const settings = join(root, 'server.properties');
  const logSettings = join(root, 'log4j2.properties');
  await writeFile(settings, kafkaSettings({ broker: port, controller: await freePort() }, data));
  await writeFile(logSettings, kafkaLogSettings(logs));
  const java = ['-Xms256m', '-Xmx512m', `-Dlog4j2.configurationFile=${logSettings}`, '-cp', join(jars, '*')];
  let clusterId = await clusterIdOf(data);
  if (clusterId === undefined) {
    clusterId = newClusterId();
    const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings, '--ignore-formatted'];
    await runTool({ command: 'java', args: [...java, ...format], ifMissing: noJava, timeoutMs: TOOL_MS });
  }
  const { identity, ended } = await startDetached('java', [...java, 'kafka.Kafka', settings], { cwd: root, output: join(logs, 'console.log') });
  const address = `${LOCALHOST}:${port}`;
  try {
    await untilAnswers({ answers: (broker, timeoutMs) => kafkaAnswers([broker], timeoutMs, clusterId) }, address, START_MS, ended);
  } catch (error) {
    await endProcess(identity, STOP_MS);
    throw new ServersError(`Kafka was started and does not answer on ${address}: see ${logs}/kafka.log. ${(error as Error).message}`, { cause: error });
  }
  return { kind: 'process', process: identity, address, version: KAFKA_VERSION, since: new Date().toISOString(), logs, data };
};

/** A broker of its own on this machine, downloaded at the first time; its data are those of the last time. @param port taken if it is free @throws {ServersError} */
export const startLocalKafka = async (cache: CacheDirectory, port = definitions.kafka.usualPort): Promise<StartedServer> => {
  await checkJava();
  const jars = cache.download(`kafka-${KAFKA_VERSION}`);
  await installKafka(jars);
  const places = cache.server('kafka');
  await mkdir(places.logs, { recursive: true });
  return onFreePort(port, (free) => startOn(free, { jars, ...places }));
};
