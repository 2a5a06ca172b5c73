import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { tokenFrom } from './tokens';
import type { System } from './system';

export const root = resolve(__dirname, '../..');

/** Half of the default: what the tests do costs no more, so that clients have room to do more than they. */
const halfOfMaxCost = '12500';

const READY_WITHIN_MS = 20_000;

export interface StandaloneProcess extends System {
  readonly pid: number;
  /** What it has printed so far, both streams. */
  output(): string;
  /** Closes the other end of what it prints to. */
  stopReading(): void;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and the exit code. */
  terminate(): Promise<number | null>;
}

interface StandaloneOptions {
  /** An existing data directory; by default a new one, which goes when the process is stopped. */
  dataDir?: string;
  port?: number;
  environment?: Record<string, string>;
}

/** The address, as soon as it is printed. */
const addressOf = (child: ChildProcess, output: () => string): Promise<string> =>
  new Promise((resolveAddress, reject) => {
    const late = setTimeout(() => reject(new Error(`Not ready within ${READY_WITHIN_MS} ms:\n${output()}`)), READY_WITHIN_MS);
    const settle = (act: () => void): void => {
      clearTimeout(late);
      act();
    };
    child.once('exit', (code) => settle(() => reject(new Error(`Ended with ${String(code)} before it was ready:\n${output()}`))));
    if (!child.stdout) throw new TypeError('The process has no output to read');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /https?:\/\/\S+\/graphql/.exec(line)?.[0];
      if (address) settle(() => resolveAddress(address));
    });
  });

/** Starts the standalone edition from dist/, as `npm start` does. */
export const startStandalone = async (options: StandaloneOptions = {}): Promise<StandaloneProcess> => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'test-planning-'));
  const child = spawn('node', ['dist/standalone/main.js'], {
    cwd: root,
    env: { ...process.env, PORT: String(options.port ?? 0), HOST: '127.0.0.1', DATA_DIR: dataDir, MAX_COST: halfOfMaxCost, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const keep = (chunk: Buffer): void => {
    printed += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const url = await addressOf(child, () => printed);
  const { pid } = child;
  if (pid === undefined) throw new Error('The process has no id');
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url,
    origin: new URL(url).origin,
    dataDir,
    pid,
    output: () => printed,
    token: (request) => tokenFrom(dataDir, request),
    stopReading: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    kill: async () => {
      await end('SIGKILL');
    },
    terminate: () => end('SIGTERM'),
    stop: async () => {
      await end('SIGTERM');
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
};
