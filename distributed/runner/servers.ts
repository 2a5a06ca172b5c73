import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '@test-planning/kernel/configuration';
import { deleteKafkaData } from '@test-planning/kernel/kafka';
import { deleteMongodbData } from '@test-planning/kernel/mongodb';

const run = promisify(execFile);

/** This file is built into dist/distributed/. */
const harness = join(__dirname, '..', 'servers', 'main.js');

/** Where Kafka and MongoDB are. */
export interface Servers {
  KAFKA_BROKERS: string;
  MONGODB_URL: string;
}

/** What stands before the names of a system's topics and groups. */
export const kafkaPrefix = (prefix: string): string => `${prefix}.`;

/**
 * Finds or brings up Kafka and MongoDB, for as long as this process needs them.
 * @throws {ConfigError} saying why one can't be had.
 */
export const startServers = async (): Promise<Servers> => {
  try {
    const { stdout } = await run(process.execPath, [harness, 'start', '--for', String(process.pid)]);
    return { KAFKA_BROKERS: valueOf('KAFKA_BROKERS', stdout), MONGODB_URL: valueOf('MONGODB_URL', stdout) };
  } catch (error) {
    throw new ConfigError(`Kafka and MongoDB could not be had.\n${String((error as { stderr?: string }).stderr ?? error).trim()}`, { cause: error });
  }
};

/** Deletes what a system stored under a prefix. */
export const discard = async (prefix: string, { KAFKA_BROKERS, MONGODB_URL }: Servers): Promise<void> => {
  await Promise.all([deleteKafkaData(KAFKA_BROKERS.split(','), kafkaPrefix(prefix)), deleteMongodbData(MONGODB_URL, prefix)]);
};

/** Ends those that were brought up, if nobody else needs them. */
export const releaseServers = async (): Promise<void> => {
  await run(process.execPath, [harness, 'stop', '--for', String(process.pid)]);
};

const valueOf = (variable: string, printed: string): string => {
  const [, value] = new RegExp(`^${variable}='(.*)'$`, 'm').exec(printed) ?? [];
  if (value === undefined) throw new Error(`The servers were started, and ${variable} was not told:\n${printed}`);
  return value.replaceAll(`'\\''`, "'");
};
