import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheDirectory } from '../cache-directory';
import { definitions } from '../definitions';
import { startDetached } from '../processes/detached';
import { endProcess } from '../processes/end-process';
import { freePort, LOCALHOST } from '../processes/free-port';
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

/** Kafka writes the id of a cluster as a UUID in base64, without padding. */
const newClusterId = (): string => randomBytes(16).toString('base64url').replace(/^-/, 'A');

/** A broker of its own on this machine, downloaded at the first time; its data are those of the last time. @throws {ServersError} */
export const startLocalKafka = async (cache: CacheDirectory): Promise<StartedServer> => {
  await checkJava();
  const jars = cache.download(`kafka-${KAFKA_VERSION}`);
  await installKafka(jars);
  const { root, data, logs } = cache.server('kafka');
  await mkdir(logs, { recursive: true });
  const ports = { broker: await freePort(definitions.kafka.usualPort), controller: await freePort() };
  const settings = join(root, 'server.properties');
  const logSettings = join(root, 'log4j2.properties');
  await writeFile(settings, kafkaSettings(ports, data));
  await writeFile(logSettings, kafkaLogSettings(logs));
  const java = ['-Xms256m', '-Xmx512m', `-Dlog4j2.configurationFile=${logSettings}`, '-cp', join(jars, '*')];
  if (!existsSync(join(data, 'meta.properties'))) {
    const format = ['kafka.tools.StorageTool', 'format', '-t', newClusterId(), '-c', settings, '--ignore-formatted'];
    await runTool({ command: 'java', args: [...java, ...format], ifMissing: noJava, timeoutMs: TOOL_MS });
  }
  const { identity, ended } = await startDetached('java', [...java, 'kafka.Kafka', settings], { cwd: root, output: join(logs, 'console.log') });
  const address = `${LOCALHOST}:${ports.broker}`;
  try {
    await untilAnswers(definitions.kafka, address, START_MS, ended);
  } catch (error) {
    await endProcess(identity, STOP_MS);
    throw error instanceof ServersError ? error : new ServersError(`Kafka was started and does not answer on ${address}: see ${logs}/kafka.log`, { cause: error });
  }
  return { kind: 'process', process: identity, address, version: KAFKA_VERSION, since: new Date().toISOString(), logs, data };
};
