import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from './eventually';
import type { System } from './system';
import { tokenFrom } from './tokens';

const root = resolve(__dirname, '../..');
const READY_WITHIN_MS = 120_000;
const STARTED_AGAIN_WITHIN_MS = 60_000;

interface DistributedSystem extends System {
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
}

/** What the runner tells, a line each. */
type Told =
  | { kind: 'ready'; url: string; processes: { name: string; pid: number; url: string }[] }
  | { kind: 'started'; name: string; pid: number; url: string }
  | { kind: 'ended' | 'killed'; name: string; pid: number };

interface Running {
  pid: number;
  url: string;
}

const readyOf = (runner: ChildProcess, running: Map<string, Running>, errors: () => string): Promise<Extract<Told, { kind: 'ready' }>> =>
  new Promise((fulfil, reject) => {
    if (!runner.stdout) throw new TypeError('The runner has no output to read');
    const late = setTimeout(() => reject(new Error(`Not ready within ${READY_WITHIN_MS} ms:\n${errors()}`)), READY_WITHIN_MS);
    runner.once('exit', (code) => reject(new Error(`Ended with ${String(code)} before it was ready:\n${errors()}`)));
    createInterface({ input: runner.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as Told;
      if (told.kind === 'started') running.set(told.name, told);
      if (told.kind !== 'ready') return;
      clearTimeout(late);
      fulfil(told);
    });
  });

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(new URL('/health/ready', url))).ok;
  } catch {
    return false;
  }
};

/** Starts a distributed system of its own, on the servers that the environment names, as `npm run distributed` does with these arguments. */
export const startDistributed = async (args: readonly string[] = []): Promise<DistributedSystem> => {
  const prefix = `faults-${randomUUID().slice(0, 8)}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'test-planning-'));
  const runner = spawn('node', ['dist/distributed/runner.js', '--json', '--port', '0', '--prefix', prefix, ...args], {
    cwd: root, env: { ...process.env, DATA_DIR: dataDir, KAFKA_PARTITIONS: '4' }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  runner.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  const running = new Map<string, Running>();
  const { url } = await readyOf(runner, running, () => errors);
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
        async () => processNamed(name).pid !== pid && (await isReady(processNamed(name).url)),
        (isBack) => expect([name, isBack]).toEqual([name, true]),
        STARTED_AGAIN_WITHIN_MS,
      );
    },
    stop: async () => {
      await terminate();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
