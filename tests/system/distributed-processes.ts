import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { deleteKafkaData } from '@test-planning/kernel/kafka';
import { deleteMongodbData } from '@test-planning/kernel/mongodb';
import { eventually } from './eventually';
import type { OwnServers } from './own-servers';
import type { System } from './system';
import { tokenFrom } from './tokens';

const root = resolve(__dirname, '../..');
const READY_WITHIN_MS = 120_000;
const STARTED_AGAIN_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 30_000;

export interface DistributedSystem extends System {
  /** Of the runner. */
  readonly pid: number;
  /** Of its topics, groups and databases. */
  readonly prefix: string;
  /** Of its processes. */
  readonly names: readonly string[];
  readonly pids: readonly number[];
  /** SIGTERM, and the runner's exit code. */
  terminate(): Promise<number | null>;
  /** kill -9 for one process. Resolves when its successor says that it is ready. */
  kill(name: string): Promise<void>;
  /** SIGTERM for one process: how it ended, and how long that took. The runner starts another one. */
  end(name: string): Promise<{ how: string; tookMs: number }>;
  /** What a process says about its readiness; undefined when it doesn't answer. */
  readiness(name: string): Promise<Readiness | undefined>;
  /** For processes that are to work beside these: the settings that all of them have in common. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Readiness {
  /** Of the answer: 200 or 503. */
  status: number;
  /** By what it stands on: `fine`, or what is wrong. */
  body: Record<string, unknown>;
}

/** Of a process that the runner starts again. */
interface Ending {
  pid: number;
  how: string;
}

/** What the runner tells, a line each. */
type Told =
  | { kind: 'ready'; url: string; processes: { name: string; pid: number; url: string }[] }
  | { kind: 'started'; name: string; pid: number; url: string }
  | { kind: 'ended'; name: string; pid: number; how: string }
  | { kind: 'killed'; name: string; pid: number };

interface Running {
  pid: number;
  url: string;
}

const readyOf = (runner: ChildProcess, running: Map<string, Running>, endings: Ending[], errors: () => string): Promise<Extract<Told, { kind: 'ready' }>> =>
  new Promise((fulfil, reject) => {
    if (!runner.stdout) throw new TypeError('The runner has no output to read');
    const late = setTimeout(() => reject(new Error(`Not ready within ${READY_WITHIN_MS} ms:\n${errors()}`)), READY_WITHIN_MS);
    runner.once('exit', (code) => reject(new Error(`Ended with ${String(code)} before it was ready:\n${errors()}`)));
    createInterface({ input: runner.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as Told;
      if (told.kind === 'started') running.set(told.name, told);
      if (told.kind === 'ended') endings.push(told);
      if (told.kind !== 'ready') return;
      clearTimeout(late);
      fulfil(told);
    });
  });

const readinessAt = async (url: string): Promise<Readiness | undefined> => {
  try {
    const response = await fetch(new URL('/health/ready', url));
    return { status: response.status, body: (await response.json()) as Readiness['body'] };
  } catch {
    return undefined;
  }
};

/**
 * Starts a distributed system of its own, as `npm run distributed` does with these arguments.
 * @param servers by default those that the environment names
 * @param kept the data of a system that is started again; the runner leaves it when it ends. By default the data are new, and deleted at the end
 */
export const startDistributed = async (
  args: readonly string[] = [], servers?: OwnServers['environment'], kept?: Pick<DistributedSystem, 'dataDir' | 'prefix'>,
): Promise<DistributedSystem> => {
  const { dataDir, prefix } = kept ?? { dataDir: mkdtempSync(join(tmpdir(), 'test-planning-')), prefix: `faults-${randomUUID().slice(0, 8)}` };
  const { KAFKA_BROKERS = '', MONGODB_URL = '' } = { ...process.env, ...servers };
  const settings = { KAFKA_BROKERS, MONGODB_URL, KAFKA_PARTITIONS: '4' };
  const runner = spawn('node', ['dist/distributed/runner.js', '--json', '--port', '0', '--prefix', prefix, ...(kept ? [] : ['--discard']), ...args], {
    cwd: root, env: { ...process.env, ...settings, DATA_DIR: dataDir }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  runner.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  const running = new Map<string, Running>();
  const endings: Ending[] = [];
  const { url } = await readyOf(runner, running, endings, () => errors);
  const processNamed = (name: string): Running => {
    const found = running.get(name);
    if (!found) throw new Error(`There is no process ${name}`);
    return found;
  };
  const terminate = async (): Promise<number | null> => {
    if (runner.exitCode === null && runner.signalCode === null) {
      const exited = once(runner, 'exit');
      runner.kill('SIGTERM');
      await exited;
    }
    return runner.exitCode;
  };
  return {
    url,
    origin: new URL(url).origin,
    dataDir,
    prefix,
    pid: runner.pid ?? 0,
    names: [...running.keys()],
    get pids() {
      return [...running.values()].map(({ pid }) => pid);
    },
    terminate,
    token: (request) => tokenFrom(dataDir, request),
    kill: async (name) => {
      const { pid } = processNamed(name);
      process.kill(pid, 'SIGKILL');
      await eventually(
        async () => (processNamed(name).pid === pid ? undefined : readinessAt(processNamed(name).url)),
        (successor) => expect({ name, successor }).toMatchObject({ name, successor: { status: 200 } }),
        STARTED_AGAIN_WITHIN_MS,
      );
    },
    end: async (name) => {
      const { pid } = processNamed(name);
      const begun = performance.now();
      process.kill(pid, 'SIGTERM');
      const ending = () => endings.find((one) => one.pid === pid);
      await eventually(() => Promise.resolve(ending()), (ended) => expect({ name, ended }).toMatchObject({ name, ended: { pid } }), ENDS_WITHIN_MS);
      return { how: ending()?.how ?? '', tookMs: performance.now() - begun };
    },
    readiness: (name) => readinessAt(processNamed(name).url),
    environment: { ...settings, KAFKA_PREFIX: `${prefix}.`, MONGODB_DATABASE_PREFIX: prefix },
    stop: async () => {
      await terminate();
      await deleteKafkaData(KAFKA_BROKERS.split(','), `${prefix}.`);
      await deleteMongodbData(MONGODB_URL, prefix);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
