import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveOut } from '@test-planning/kernel/testing';
import { cacheDirectory, type CacheDirectory } from '../../servers/cache-directory';
import { KAFKA_VERSION } from '../../servers/kafka/jars';
import { startLocalKafka } from '../../servers/kafka/local-kafka';
import { startLocalMongodb } from '../../servers/mongodb/local-mongodb';
import { MONGOD_VERSION } from '../../servers/mongodb/mongod';
import { endProcess } from '../../servers/processes/end-process';
import { freePort } from '../../servers/processes/free-port';
import { isRunning } from '../../servers/processes/identity';
import type { StartedServer } from '../../servers/server';

const STOP_MS = 10_000;

/** A server of a test's own, which may be done to whatever can happen to one. */
export interface OwnServer {
  readonly address: string;
  /** It says nothing any more, and its connections stay open: as a machine that hangs, or whose network is gone. */
  suspend(): void;
  /** kill -9. */
  kill(): Promise<void>;
  /** Whatever was done to it: it works again, with the same data at the same address. */
  recover(): Promise<void>;
}

export interface OwnServers {
  readonly kafka: OwnServer;
  readonly mongodb: OwnServer;
  /** As processes are told of them. */
  readonly environment: { KAFKA_BROKERS: string; MONGODB_URL: string };
  stop(): Promise<void>;
}

class LocalServer implements OwnServer {
  private constructor(private started: StartedServer, private readonly start: () => Promise<StartedServer>) {}

  static async startedBy(start: (cache: CacheDirectory, port: number) => Promise<StartedServer>, cache: CacheDirectory): Promise<LocalServer> {
    const port = await freePort();
    return new LocalServer(await start(cache, port), () => start(cache, port));
  }

  get address(): string {
    return this.started.address;
  }

  suspend(): void {
    process.kill(this.process.pid, 'SIGSTOP');
  }

  async kill(): Promise<void> {
    process.kill(this.process.pid, 'SIGKILL');
    await endProcess(this.process, STOP_MS);
  }

  async recover(): Promise<void> {
    if (isRunning(this.process)) {
      process.kill(this.process.pid, 'SIGCONT');
      return;
    }
    const { address } = this;
    this.started = await this.start();
    if (this.address !== address) throw new Error(`It was at ${address}, and is at ${this.address} now`);
  }

  async stop(): Promise<void> {
    // One that is suspended would not hear that it is to end.
    if (isRunning(this.process)) process.kill(this.process.pid, 'SIGCONT');
    await endProcess(this.process, STOP_MS);
  }

  private get process() {
    if (this.started.kind !== 'process') throw new TypeError('A server of a test\'s own is a process of this machine');
    return this.started.process;
  }
}

/** Starts Kafka and MongoDB for one test alone, from what `npm run servers` has downloaded or downloads now. @throws {ServersError} */
export const startOwnServers = async (): Promise<OwnServers> => {
  const root = mkdtempSync(join(tmpdir(), 'test-planning-servers-'));
  const { download } = cacheDirectory(process.env);
  const cache: CacheDirectory = { ...cacheDirectory({ TEST_PLANNING_CACHE: root }), download };
  for (const name of ['kafka', 'mongodb'] as const) mkdirSync(cache.server(name).logs, { recursive: true });
  const [kafka, mongodb] = await Promise.all([LocalServer.startedBy(startLocalKafka, cache), LocalServer.startedBy(startLocalMongodb, cache)]);
  return {
    kafka,
    mongodb,
    environment: { KAFKA_BROKERS: kafka.address, MONGODB_URL: mongodb.address },
    stop: async () => {
      await Promise.all([kafka.stop(), mongodb.stop()]);
      rmSync(root, { recursive: true, force: true });
    },
  };
};

/** What this machine lacks to run them; undefined if nothing. */
const lacking = (): string | undefined => {
  const { download } = cacheDirectory(process.env);
  const downloader = (what: string, tool: string): string[] => (existsSync(download(what)) ? [] : [tool]);
  const tools = ['java', ...downloader(`kafka-${KAFKA_VERSION}`, 'mvn'), ...downloader(`mongod-${MONGOD_VERSION}`, 'python3')];
  const missing = tools.filter((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined);
  return missing.length === 0 ? undefined : `there is no ${missing.join(', no ')} on the PATH`;
};

/** For tests that do harm to servers. Skipped with the reason where none can be started; failing there if REQUIRE_SERVERS=1. */
export const withOwnServers = (tests: () => void): void => {
  const reason = lacking();
  if (reason === undefined) tests();
  else leaveOut(reason);
};
